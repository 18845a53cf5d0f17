#pragma once
// The candidates' table of `train` and `backtest`, for people and for programs.
// Gains are over the simplest candidate; behind a figure stands its 95 % range.

#include "model/trainer.hpp"

#include <boost/json.hpp>
#include <string>

namespace inferd::cli {

/// Reads the candles and says on stderr what came, gaps and all. Throws Failure.
CandleFile candles_or_fail(const std::string& path);

/// What was compared and how, a line a candidate, the one of the name `marked` with a star.
std::string table_text(const WalkForwardSpan&, const std::vector<ScoreRow>&, const std::string& marked, ModelKind);

/// One line of the table's form.
std::string row_text(const ScoreRow&, char mark);

/// Numbers as numbers; null where a figure does not exist. The loss is `log_loss` of labels, `rmse` of anything else.
boost::json::object to_object(const ScoreRow&, ModelKind);
boost::json::object to_object(const WalkForwardSpan&);
boost::json::array to_array(const std::vector<Gap>&);

} // namespace inferd::cli
