#pragma once
// The candidates' score table of `train` and `backtest`, as text and JSON. Gains are relative to the simplest candidate;
// figures are followed by their 95 % interval. Options that the model verbs share.

#include "model/trainer.hpp"

#include <boost/json.hpp>
#include <string>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace inferd::cli {

/// --candles
CLI::Option* add_candles_option(CLI::App& verb, std::string& file);
/// --first-rows and --refit-hours.
void add_plan_options(CLI::App& verb, WalkForwardPlan&);

/// Reads the candles and reports their count and gaps on stderr. Throws Failure.
CandleFile candles_or_fail(const std::string& path);

/// The comparison's span and one line per candidate; the one named `marked` has a star.
std::string table_text(const WalkForwardSpan&, const std::vector<ScoreRow>&, const std::string& marked, ModelKind);

std::string row_text(const ScoreRow&, char mark);

/// Numbers, or null where a figure is undefined. The loss is `log_loss` for labels, `rmse` otherwise.
boost::json::object to_object(const ScoreRow&, ModelKind);
boost::json::object to_object(const WalkForwardSpan&);
boost::json::array to_array(const std::vector<Gap>&);

} // namespace inferd::cli
