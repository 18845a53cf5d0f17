#pragma once
// Standardised ridge regression from running moments: each row is added once, each fit is one solve of as many unknowns as
// features.

#include "model/training/samples.hpp"

#include <Eigen/Core>
#include <span>

namespace inferd {

using FeatureVector = Eigen::VectorXd;

/// intercept + sum of weight * (feature - mean) / scale. An unused feature has weight 0. Without any, the vectors are empty.
struct LinearFit {
  double intercept{};
  FeatureVector mean, scale, weight;

  /// One prediction per row of `features`.
  Eigen::VectorXd predict(const Eigen::Ref<const FeatureRows>& features) const;

  /// The fit with intercept and weights multiplied by `share`.
  LinearFit times(double share) const;
};

/// Sufficient statistics of the rows added so far.
class Moments {
public:
  /// `typical` (at least one row) sets the centre and unit in which sums accumulate: squares of raw prices would lose digits.
  explicit Moments(const Eigen::Ref<const FeatureRows>& typical);

  void add(const Eigen::Ref<const FeatureRows>& features, const Eigen::Ref<const Eigen::VectorXd>& labels);

  Eigen::Index rows() const { return rows_; }
  double label_mean() const { return label_sum_ / static_cast<double>(rows_); }
  double label_variance() const; ///< sample variance (n - 1)

  /// Ridge (Hoerl and Kennard 1970) on the used features, standardised over the rows added (mean 0, population variance 1),
  /// labels centred: minimises sum (y - z w)^2 + penalty |w|^2. `penalty` > 0 is in rows: a single feature keeps n / (n +
  /// penalty) of its least-squares weight. A constant feature gets weight 0.
  LinearFit ridge(std::span<const bool> used, double penalty) const;
  LinearFit ridge(double penalty) const; ///< on all features

private:
  FeatureVector centre_, unit_;
  Eigen::Index rows_{};
  FeatureVector sum_;       ///< of z = (feature - centre) / unit
  Eigen::MatrixXd squares_; ///< of z z'
  FeatureVector products_;  ///< of z y
  double label_sum_{}, label_squares_{};
};

} // namespace inferd
