#pragma once
// What a model should have predicted, once the candles are known: the same labels as in training (model/training/samples.hpp).

#include "messages/candles.hpp"
#include "model/model_file.hpp"
#include "model/inputs/volatility.hpp"

#include <optional>
#include <span>
#include <string>
#include <variant>

namespace inferd {

struct RealisedTarget {
  ModelOutput output{};
  VolatilityEstimator estimator{}; ///< output volatility
  Interval interval;
  std::int64_t horizon_ms{}; ///< a whole number of candles
};

/// Opening of the first and behind the last candle that realised() needs, for a prediction from `candle`.
struct CandleSpan {
  Instant since, until;
};
CandleSpan realised_span(const RealisedTarget&, Instant candle);

/// The value over the horizon from the end of `candle` on, whose close is `close`. `candles`: ascending, those of
/// realised_span() that there are. The text: why it is not known, one of them being missing.
std::variant<double, std::string> realised(const RealisedTarget&, Instant candle, double close,
                                           std::span<const Candle> candles);

/// Opening of the first candle that realised_past() needs; realised_span().since where it has no use, or they would be more
/// than are kept (limits::cached_candles).
Instant past_since(const RealisedTarget&, Instant candle);

/// Of a volatility: what realised() says of the horizon that ended with `candle`. Empty: another target, or a candle is
/// missing.
std::optional<double> realised_past(const RealisedTarget&, Instant candle, std::span<const Candle> candles);

} // namespace inferd
