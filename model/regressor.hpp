#pragma once
// Maps features to outputs. One implementation per model kind; a reader of another library's model files would be one more.

#include <cstddef>
#include <span>
#include <vector>

namespace inferd {

/// Immutable, so threads may share one.
class Regressor {
public:
  virtual ~Regressor() = default;

  /// `out` has one element per output: 1 for a single value, one per label otherwise.
  virtual void predict(std::span<const double> inputs, std::span<double> out) const = 0;
};

/// Ignores its inputs.
class ConstantRegressor : public Regressor {
public:
  explicit ConstantRegressor(std::vector<double> values) : values_(std::move(values)) {}
  void predict(std::span<const double>, std::span<double> out) const override;

private:
  std::vector<double> values_;
};

/// Of x = intercept + sum of weight * (input - mean) / scale: x, factor * exp(x), or factor * x * the input behind the terms'.
class LinearRegressor : public Regressor {
public:
  struct Term {
    double mean{}, scale{}, weight{};
  };
  enum class Link { identity, exponential, scaled };
  LinearRegressor(double intercept, std::vector<Term> terms, Link link = Link::identity, double factor = 1)
    : intercept_(intercept), terms_(std::move(terms)), link_(link), factor_(factor) {}
  void predict(std::span<const double> inputs, std::span<double> out) const override;

private:
  double intercept_;
  std::vector<Term> terms_;
  Link link_;
  double factor_;
};

} // namespace inferd
