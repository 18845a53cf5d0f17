#include "model/regressor.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace inferd {

void ConstantRegressor::predict(std::span<const double>, std::span<double> out) const {
  assert(out.size() == values_.size());
  std::copy(values_.begin(), values_.end(), out.begin());
}

void LinearRegressor::predict(std::span<const double> inputs, std::span<double> out) const {
  assert(out.size() == 1 && inputs.size() == terms_.size() + (link_ == Link::scaled));
  double sum = intercept_;
  for (std::size_t i = 0; i < terms_.size(); ++i) sum += terms_[i].weight * (inputs[i] - terms_[i].mean) / terms_[i].scale;
  switch (link_) {
    case Link::identity: out[0] = sum; break;
    case Link::exponential: out[0] = factor_ * std::exp(sum); break;
    case Link::scaled: out[0] = factor_ * sum * inputs.back(); break;
  }
}

} // namespace inferd
