#include "runtime/cli/models/model_table.hpp"

#include "messages/json.hpp"
#include "base/duration.hpp"
#include "base/utc.hpp"
#include "runtime/cli/commands.hpp"

#include <CLI/CLI.hpp>
#include <cmath>
#include <fmt/format.h>
#include <iostream>

namespace inferd::cli {
namespace {

namespace json = boost::json;

json::value number(double x) { return std::isfinite(x) ? json::value(x) : json::value(nullptr); }
json::value range(double low, double high) {
  return std::isfinite(low) ? json::value(json::array{low, high}) : json::value(nullptr);
}

/// A figure with its 95 % interval.
std::string ranged(double x, double low, double high, int digits, const char* sign) {
  if (!std::isfinite(x)) return "-";
  return sign[0] ? fmt::format("{:+.{}f} ({:+.{}f} to {:+.{}f})", x, digits, low, digits, high, digits)
                 : fmt::format("{:.{}f} ({:.{}f} to {:.{}f})", x, digits, low, digits, high, digits);
}

} // namespace

CLI::Option* add_candles_option(CLI::App& verb, std::string& file) {
  return verb.add_option("--candles", file, "Candles: timestamp,open,high,low,close,volume")->type_name("CSV");
}

CandleFile candles_or_fail(const std::string& path, std::optional<Interval> interval) {
  try {
    auto file = read_candles(path, interval);
    std::cerr << fmt::format("{}: {} candles of {}, {} to {}; {}\n", path, file.candles.size(), duration_text(file.interval.ms),
                             utc_text(file.candles.front().opens), utc_text(file.candles.back().opens),
                             file.gaps.empty() ? "no gaps" : "gaps: " + describe_gaps(file.gaps));
    return file;
  } catch (const CandlesError& e) {
    throw Failure(e.what());
  }
}

TableKind table_kind(const ModelFile& file) {
  return file.kind == ModelKind::labels           ? TableKind::labels
         : file.output == ModelOutput::volatility ? TableKind::volatility
                                                  : TableKind::returns;
}

std::string row_text(const ScoreRow& r, char mark, TableKind kind) {
  const bool simplest = !std::isfinite(r.t) && r.gain == 0;
  const auto gain = simplest ? "-" : ranged(100 * r.gain, 100 * r.gain_low, 100 * r.gain_high, 1, "+");
  if (kind == TableKind::volatility)
    return fmt::format("{} {:<36} {:>8.6f}  {:>24}  {:>7.4f}  {:>27}\n", mark, r.name, r.loss,
                       r.name == mean_reversion_name ? "-" : ranged(r.r2, r.r2_low, r.r2_high, 3, "+"), r.qlike, gain);
  return fmt::format("{} {:<36} {:>7.4f}  {:>21}  {:>24}  {:>27}  {:>8}\n", mark, r.name, r.loss,
                     ranged(r.directional, r.directional_low, r.directional_high, 3, ""),
                     ranged(r.pearson, r.pearson_low, r.pearson_high, 2, "+"), gain,
                     simplest || !std::isfinite(r.weighted_gain) ? "-" : fmt::format("{:+.1f}", 100 * r.weighted_gain));
}

std::string table_text(const WalkForwardSpan& span, Interval interval, const std::vector<ScoreRow>& rows,
                       const std::string& marked, TableKind kind) {
  const auto length = [&](std::int64_t count) {
    return interval == one_hour ? fmt::format("{} h", count) : duration_text(count * interval.ms);
  };
  auto out =
    fmt::format("walk-forward {} to {}: first fit on {} rows, a new one every {}, embargo {}\n"
                "{} predictions, worth {:.0f} independent ones because their labels overlap; 95 % ranges count that\n\n",
                span.first, span.last, span.first_rows, length(span.refit_rows), length(span.embargo_rows), span.predictions,
                span.independent);
  if (kind == TableKind::volatility)
    out += fmt::format("  {:<36} {:>8}  {:>24}  {:>7}  {:>27}\n", "candidate", "RMSE", "R2 over mean reversion", "QLIKE",
                       "gain in RMSE, %");
  else
    out += fmt::format("  {:<36} {:>7}  {:>21}  {:>24}  {:>27}  {:>8}\n", "candidate",
                       kind == TableKind::labels ? "log loss" : "RMSE", "direction right", "Pearson r", "gain, %", "weighted");
  for (const auto& row : rows) out += row_text(row, row.name == marked ? '*' : ' ', kind);
  return out;
}

std::string grades_head() {
  return fmt::format("  {:<36} {:>6}  {:>16}  {:>16}  {:>18}  {:>18}  {:>16}", "promotion (lower bound)", "n_eff", "direction",
                     "Pearson r", "WRMSE gain, %", "WCZAR gain, %", "log aspect");
}

std::string grade_line(char mark, const std::string& name, const Promotion* g) {
  const auto bounded = [](const BoundedFigure& f, double unit, int digits) {
    if (!std::isfinite(f.value)) return std::string("-");
    return fmt::format("{:.{}f} ({:.{}f}){}", unit * f.value, digits, unit * f.bound, digits, f.passes ? "" : " !");
  };
  const auto line = [&](const std::string& n, const std::string& direction, const std::string& pearson,
                        const std::string& weighted, const std::string& czar, const std::string& aspect) {
    return fmt::format("{} {:<36} {:>6}  {:>16}  {:>16}  {:>18}  {:>18}  {:>16}", mark, name, n, direction, pearson, weighted,
                       czar, aspect);
  };
  if (!g) return line("-", "-", "-", "-", "-", "-");
  return line(fmt::format("{:.0f}{}", g->effective, g->enough() ? "" : " !"), bounded(g->directional, 1, 3),
              bounded(g->pearson, 1, 3), bounded(g->weighted_gain, 100, 1), bounded(g->czar_gain, 100, 1),
              std::isfinite(g->log_aspect)
                ? fmt::format("{:+.2f} ± {:.2f}{}", g->log_aspect, g->log_aspect_error, g->aspect_passes() ? "" : " !")
                : "-");
}

std::string grades_text(const std::vector<ScoreRow>& rows, const std::vector<Promotion>& grades) {
  auto out = grades_head() + '\n';
  for (std::size_t i = 0; i < grades.size(); ++i)
    out += grade_line(grades[i].passes() ? '+' : ' ', rows[i].name, &grades[i]) + '\n';
  return out + "  + passes all six; ! this figure fails; a backtest answers every window, so its participation is 1\n";
}

std::string coverage_text(const std::vector<Coverage>& all, const std::string& name) {
  std::string out = fmt::format("  ranges around {}: the truth was within, by the errors known before each\n", name);
  for (const auto& c : all)
    out += c.n == 0 ? fmt::format("    {:.0f} %: too few rows for a range\n", 100 * c.level)
                    : fmt::format("    {:.0f} %: {:.1f} % of {} rows [{:.1f}, {:.1f}], mean width {:.5f}\n", 100 * c.level,
                                  100 * c.share, c.n, 100 * c.range.low, 100 * c.range.high, c.width);
  return out;
}

json::object to_object(const Coverage& c) {
  return {{"level", c.level},
          {"n", c.n},
          {"share", number(c.share)},
          {"share_range", range(c.range.low, c.range.high)},
          {"mean_width", number(c.width)}};
}

json::object to_object(const ScoreRow& r, TableKind kind) {
  json::object out{{"name", r.name},
                   {"n", r.n},
                   {kind == TableKind::labels ? "log_loss" : "rmse", number(r.loss)},
                   {"directional_accuracy", number(r.directional)},
                   {"directional_accuracy_range", range(r.directional_low, r.directional_high)},
                   {"pearson", number(r.pearson)},
                   {"pearson_range", range(r.pearson_low, r.pearson_high)},
                   {"gain", number(r.gain)},
                   {"gain_range", range(r.gain_low, r.gain_high)},
                   {"weighted_gain", number(r.weighted_gain)},
                   {"t", number(r.t)}};
  if (kind != TableKind::volatility) return out;
  out["r2_over_mean_reversion"] = number(r.r2);
  out["r2_over_mean_reversion_range"] = range(r.r2_low, r.r2_high);
  out["qlike"] = number(r.qlike);
  return out;
}

json::object to_object(const WalkForwardSpan& s) {
  return {{"first", s.first},
          {"last", s.last},
          {"first_rows", s.first_rows},
          {"refit_rows", s.refit_rows},
          {"embargo_rows", s.embargo_rows},
          {"predictions", s.predictions},
          {"independent", s.independent}};
}

json::array to_array(const std::vector<Gap>& gaps) {
  json::array out;
  for (const auto& gap : gaps)
    out.push_back(json::object{{"first", utc_text(gap.first)},
                               {"candles", gap.candles},
                               {"hours", static_cast<double>(gap.candles * gap.interval.ms) / ms_per_hour}});
  return out;
}

} // namespace inferd::cli
