#pragma once
// What depends on the candles' interval: the heterogeneous autoregression's inputs, and the walk-forward protocol.

#include "model/inputs/volatility.hpp"
#include "model/training/walk_forward.hpp"

#include <string>
#include <vector>

namespace inferd {

struct IntervalRules {
  Interval interval;
  std::string har;                   ///< name of the volatility model: HAR7S, HARM, …
  std::vector<std::int64_t> windows; ///< of its range variances, in candles
  std::vector<std::int64_t> periods; ///< of its seasons, in candles; those longer than the horizon are used
  std::int64_t warm_up{};            ///< candles before the first row, at least
  std::int64_t past{};               ///< candles that mean reversion looks back, at least
  WalkForwardPlan plan;
  VolatilityEstimator usual{}; ///< where none is named

  /// Candles that mean reversion looks back: at least the horizon.
  std::int64_t lookback(std::int64_t horizon) const { return std::max(past, horizon); }
};

/// The supported intervals: 1m, 5m, 1h, 1d. Null for another.
const IntervalRules* rules_for(Interval);

/// "1m, 5m, 1h or 1d"
inline constexpr const char* supported_intervals = "1m, 5m, 1h or 1d";

} // namespace inferd
