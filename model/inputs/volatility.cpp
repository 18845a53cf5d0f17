#include "model/inputs/volatility.hpp"

namespace inferd {

std::string estimator_name(VolatilityEstimator estimator) {
  switch (estimator) {
    case VolatilityEstimator::garman_klass: return "gk";
    case VolatilityEstimator::squared_returns: return "r2";
    case VolatilityEstimator::sample_deviation: return "std";
  }
  return {};
}

std::optional<VolatilityEstimator> parse_estimator(std::string_view text) {
  for (const auto e :
       {VolatilityEstimator::garman_klass, VolatilityEstimator::squared_returns, VolatilityEstimator::sample_deviation})
    if (text == estimator_name(e)) return e;
  return {};
}

void PastVolatility::push(const Candle& candle) {
  const bool first = std::isnan(close_);
  const double r = first ? 0 : std::log(candle.close / close_);
  close_ = candle.close;
  switch (estimator_) {
    case VolatilityEstimator::garman_klass: return sum_.push(garman_klass(candle));
    case VolatilityEstimator::squared_returns:
      if (!first) sum_.push(r * r);
      return;
    case VolatilityEstimator::sample_deviation:
      if (!first) spread_.push(r);
      return;
  }
}

double PastVolatility::value() const {
  if (estimator_ == VolatilityEstimator::sample_deviation)
    return spread_.full() ? std::sqrt(horizon_ * spread_.fold().squares / (rows_ - 1))
                          : std::numeric_limits<double>::quiet_NaN();
  return sum_.full() ? std::sqrt(horizon_ * sum_.fold().sum / rows_) : std::numeric_limits<double>::quiet_NaN();
}

} // namespace inferd
