#pragma once

#include "messages/candles.hpp"
#include "runtime/sim/chain/chain_settings.hpp"

#include <vector>

namespace inferd::sim {

/// Log return over `horizon_hours` of the closing price, starting with the newest candle closed at the opening. Label: up,
/// down, or flat within ±`flat`. Nothing outside the candles' range. `candles`: oldest first.
decltype(ChainSettings::truth) truth_from(std::vector<Candle> candles, std::int64_t horizon_hours, double flat = 0.005);

} // namespace inferd::sim
