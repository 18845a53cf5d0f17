#pragma once
// The model of a new configuration: trained on the market's own history.

#include "runtime/cli/setup/init_plan.hpp"
#include "runtime/ports/http_port.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace inferd::cli {

struct InitTraining {
  std::uint64_t topic{};
  std::string symbol, horizon, target; ///< log_return, price or volatility
  Interval interval;
  std::vector<InitMarket> markets; ///< asked in order; a later one for what the ones before lack
  std::string token_env;           ///< the variable with Tiingo's token
  std::int64_t history_ms{};
};

/// Trains on the markets' history and writes the model to `out`. Without enough of it: on the candles that come with inferd, if
/// they are of this symbol and interval; else a model of "no change" for log returns and prices. Progress on stderr, what was
/// done and why on stdout. Throws Failure, also for a volatility without candles. Blocks for as long as the sources take.
void make_init_model(const InitTraining&, HttpPort&, const std::string& out);

/// The same, always "no change".
void make_zero_model(const InitTraining&, const std::string& out);

} // namespace inferd::cli
