#include "model/regressor.hpp"

#include <algorithm>
#include <cassert>

namespace inferd {

void ConstantRegressor::predict(std::span<const double>, std::span<double> out) const {
  assert(out.size() == values_.size());
  std::copy(values_.begin(), values_.end(), out.begin());
}

void LinearRegressor::predict(std::span<const double> inputs, std::span<double> out) const {
  assert(out.size() == 1 && inputs.size() == terms_.size());
  double sum = intercept_;
  for (std::size_t i = 0; i < terms_.size(); ++i) sum += terms_[i].weight * (inputs[i] - terms_[i].mean) / terms_[i].scale;
  out[0] = sum;
}

} // namespace inferd
