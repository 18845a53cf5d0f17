#pragma once
// Volatility of a series of candles: the estimators that targets and features share.
//
// The volatility of h candles is, per h candles and not annualised,
//   gk   sqrt(sum of g), g = max(0, 1/2 ln(H/L)^2 - (2 ln 2 - 1) ln(C/O)^2): Garman and Klass (1980)
//   r2   sqrt(sum of r^2), r = log return of closes
//   std  sqrt(h) times the sample standard deviation (n - 1) of r: what the network's volatility topics use, by the minute

#include "messages/candles.hpp"
#include "model/inputs/sliding_window.hpp"

#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace inferd {

enum class VolatilityEstimator { garman_klass, squared_returns, sample_deviation };

/// "gk", "r2", "std".
std::string estimator_name(VolatilityEstimator);
std::optional<VolatilityEstimator> parse_estimator(std::string_view);

/// g of one candle.
inline double garman_klass(const Candle& c) {
  const double range = std::log(c.high / c.low), body = std::log(c.close / c.open);
  return std::max(0.0, 0.5 * range * range - (2 * M_LN2 - 1) * body * body);
}

/// Parkinson's (1980) variance of one candle.
inline double parkinson(const Candle& c) {
  const double range = std::log(c.high / c.low);
  return range * range / (4 * M_LN2);
}

/// Volatility of the last `rows` candles, scaled to `horizon` candles. NaN before there are as many (and for r2 and std one
/// more, for the first return).
class PastVolatility {
public:
  /// `rows` is at least 1, for the sample deviation at least 2.
  PastVolatility(VolatilityEstimator estimator, std::size_t rows, std::int64_t horizon)
    : estimator_(estimator), horizon_(static_cast<double>(horizon)), rows_(static_cast<double>(rows)), sum_(rows),
      spread_(estimator == VolatilityEstimator::sample_deviation ? rows : 1) {}

  void push(const Candle&);
  double value() const;

private:
  VolatilityEstimator estimator_;
  double horizon_, rows_;
  double close_ = std::numeric_limits<double>::quiet_NaN(); ///< of the row before
  SlidingWindow<Sum> sum_;
  SlidingWindow<RunningVariance> spread_;
};

} // namespace inferd
