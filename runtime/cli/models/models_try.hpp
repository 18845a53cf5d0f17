#pragma once
// A topic's models on past candles: what `inferd models compare` will show of the live ones one day, in advance.

#include "model/inputs/candles_csv.hpp"
#include "runtime/figures/live_figures.hpp"
#include "runtime/config/config.hpp"

#include <functional>
#include <string>
#include <vector>

namespace inferd::cli {

struct TrySettings {
  Instant from;             ///< the first candle predicted from; 0: behind what the built-in models were trained on
  std::int64_t every_ms{};  ///< from one prediction to the next; 0: the horizon
  std::size_t most = 2'000; ///< predictions of each model, the newest
};

struct Tried {
  TopicFigures figures;
  std::vector<std::string> notes; ///< one sentence each: models left out, figures in sample
};

/// Asks every model of the topic, those outside of the process in their own processes, for predictions from `candles`. Throws
/// Failure: no candle is left to predict from.
Tried try_models(const TopicSettings&, const CandleFile& candles, const TrySettings&);

} // namespace inferd::cli
