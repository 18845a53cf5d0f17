#include "model/inputs/features.hpp"

#include <cassert>
#include <cmath>
#include <limits>

namespace inferd {
namespace {

double position(double p, const MinMax& e) { return e.max > e.min ? (p - e.min) / (e.max - e.min) : 0.5; }

} // namespace

void FeatureState::push(const Candle& candle) {
  const double p = candle.close;
  assert(std::isfinite(p) && p > 0);
  const double log = std::log(p);
  auto& [log_price, ret_1h, ret_24h, ma_24h, ma_72h, vol_24h, pos_24h, pos_72h, ma_ratio, vol_ratio] = values_;
  values_.fill(std::numeric_limits<double>::quiet_NaN());

  log_price = log;
  if (rows_ >= 1) {
    ret_1h = log - logs_[(rows_ - 1) % 24];
    returns_24_.push(ret_1h);
    const double square = ret_1h * ret_1h;
    fast_ = rows_ == 1 ? square : fast_ + 2.0 / 25 * (square - fast_);
    slow_ = rows_ == 1 ? square : slow_ + 2.0 / 73 * (square - slow_);
  }
  if (rows_ >= 24) ret_24h = log - logs_[rows_ % 24];
  logs_[rows_ % 24] = log;

  sum_24_.push(p);
  sum_72_.push(p);
  extent_24_.push(p);
  extent_72_.push(p);
  if (sum_24_.full()) {
    ma_24h = sum_24_.fold().sum / 24;
    pos_24h = position(p, extent_24_.fold());
  }
  if (returns_24_.full()) vol_24h = std::sqrt(returns_24_.fold().squares / 23);
  if (sum_72_.full()) {
    ma_72h = sum_72_.fold().sum / 72;
    pos_72h = position(p, extent_72_.fold());
    ma_ratio = ma_72h / ma_24h;
  }
  if (rows_ >= 72) vol_ratio = slow_ > 0 ? std::sqrt(fast_) / std::sqrt(slow_) : 1;
  ++rows_;
}

} // namespace inferd
