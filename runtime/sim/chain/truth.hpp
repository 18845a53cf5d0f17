#pragma once

#include "messages/candles.hpp"
#include "runtime/sim/chain/chain_settings.hpp"

#include <vector>

namespace inferd::sim {

/// The log return of the closing price over `horizon_hours`, from the newest candle closed when the window opened; the
/// label is up, down or, within ±`flat`, flat. Nothing where the candles do not reach. `candles`: oldest first.
decltype(ChainSettings::truth) truth_from(std::vector<Candle> candles, std::int64_t horizon_hours, double flat = 0.005);

} // namespace inferd::sim
