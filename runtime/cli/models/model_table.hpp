#pragma once
// The candidates' score table of `train` and `backtest`, as text and JSON. Gains are relative to the simplest candidate;
// figures are followed by their 95 % interval. Options that the model verbs share.

#include "model/training/prediction_rows.hpp"
#include "model/training/trainer.hpp"

#include <boost/json.hpp>
#include <optional>
#include <string>

namespace CLI {
class App;
class Option;
} // namespace CLI

namespace inferd::cli {

/// --candles
CLI::Option* add_candles_option(CLI::App& verb, std::string& file);
/// Reads the candles and reports their count and gaps on stderr; without an interval it is the file's own. Throws Failure.
CandleFile candles_or_fail(const std::string& path, std::optional<Interval> = {});

/// What a table shows: the model's output and, of returns, labels apart.
enum class TableKind { returns, volatility, labels };
TableKind table_kind(const ModelFile&);

/// The comparison's span and one line per candidate; the one named `marked` has a star.
std::string table_text(const WalkForwardSpan&, Interval, const std::vector<ScoreRow>&, const std::string& marked, TableKind);

std::string row_text(const ScoreRow&, char mark, TableKind);

/// The six promotion figures, one line per candidate.
std::string grades_text(const std::vector<ScoreRow>&, const std::vector<Promotion>&);
/// The parts of such a table, for tables with more columns: its head, and a line. Without the ends of lines.
std::string grades_head();
std::string grade_line(char mark, const std::string& name, const Promotion*); ///< null: "-" for each figure

/// How often ranges around the predictions of `name` held the truth, one line a level.
std::string coverage_text(const std::vector<Coverage>&, const std::string& name);

/// Numbers, or null where a figure is undefined. The loss is `log_loss` for labels, `rmse` otherwise.
boost::json::object to_object(const ScoreRow&, TableKind);
boost::json::object to_object(const Coverage&);
boost::json::object to_object(const WalkForwardSpan&);
boost::json::array to_array(const std::vector<Gap>&);

} // namespace inferd::cli
