#pragma once
// Standardised ridge regression from running moments: rows are added once, each refit costs one 10 x 10 solve.

#include "model/features.hpp"
#include "model/samples.hpp"

#include <Eigen/Core>

namespace inferd {

using FeatureVector = Eigen::Matrix<double, feature_count, 1>;

/// intercept + sum of weight * (feature - mean) / scale. A feature that is not used has weight 0.
struct LinearFit {
  double intercept{};
  FeatureVector mean = FeatureVector::Zero(), scale = FeatureVector::Ones(), weight = FeatureVector::Zero();

  /// Of every row of `features`.
  Eigen::VectorXd predict(const Eigen::Ref<const FeatureRows>& features) const;

  /// The same, scaled towards zero.
  LinearFit times(double share) const;
};

/// What a fit needs to know of the rows seen so far.
class Moments {
public:
  /// Sums are kept around the moments of `typical` rows, at least one: squares of prices around 0 would lose digits.
  explicit Moments(const Eigen::Ref<const FeatureRows>& typical);

  void add(const Eigen::Ref<const FeatureRows>& features, const Eigen::Ref<const Eigen::VectorXd>& labels);

  Eigen::Index rows() const { return rows_; }
  double label_mean() const { return label_sum_ / static_cast<double>(rows_); }
  double label_variance() const; ///< over n - 1

  /// Ridge (Hoerl and Kennard 1970) on the used features, standardised over the rows seen (mean 0, population variance 1,
  /// as scikit-learn's StandardScaler), label centred: minimises sum (y - z w)^2 + penalty |w|^2. `penalty` above 0 is a
  /// number of rows: a feature that explains something keeps rows / (rows + penalty) of its weight when it is alone.
  /// A feature that never changed gets weight 0.
  LinearFit ridge(const std::array<bool, feature_count>& used, double penalty) const;

private:
  using Square = Eigen::Matrix<double, feature_count, feature_count>;
  FeatureVector centre_, unit_;
  Eigen::Index rows_{};
  FeatureVector sum_ = FeatureVector::Zero();      ///< of z = (feature - centre) / unit
  Square squares_ = Square::Zero();                ///< of z z'
  FeatureVector products_ = FeatureVector::Zero(); ///< of z y
  double label_sum_{}, label_squares_{};
};

} // namespace inferd
