#include "runtime/cli/model_table.hpp"

#include "messages/json.hpp"
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
  return verb.add_option("--candles", file, "Hourly candles: timestamp,open,high,low,close,volume")->type_name("CSV");
}

void add_plan_options(CLI::App& verb, WalkForwardPlan& plan) {
  verb.add_option("--first-rows", plan.first_rows, "Rows of the first fit")
    ->check(CLI::Range(24, 1'000'000))
    ->capture_default_str();
  verb.add_option("--refit-hours", plan.refit_hours, "Rows predicted by one fit")
    ->check(CLI::Range(1, 1'000'000))
    ->capture_default_str();
}

CandleFile candles_or_fail(const std::string& path) {
  try {
    auto file = read_candles(path);
    std::cerr << fmt::format("{}: {} candles, {} to {}; {}\n", path, file.candles.size(), utc_text(file.candles.front().opens),
                             utc_text(file.candles.back().opens),
                             file.gaps.empty() ? "no gaps" : "gaps: " + describe_gaps(file.gaps));
    return file;
  } catch (const CandlesError& e) {
    throw Failure(e.what());
  }
}

std::string row_text(const ScoreRow& r, char mark) {
  const bool simplest = !std::isfinite(r.t) && r.gain == 0;
  return fmt::format("{} {:<36} {:>7.4f}  {:>21}  {:>24}  {:>27}  {:>8}\n", mark, r.name, r.loss,
                     ranged(r.directional, r.directional_low, r.directional_high, 3, ""),
                     ranged(r.pearson, r.pearson_low, r.pearson_high, 2, "+"),
                     simplest ? "-" : ranged(100 * r.gain, 100 * r.gain_low, 100 * r.gain_high, 1, "+"),
                     simplest || !std::isfinite(r.weighted_gain) ? "-" : fmt::format("{:+.1f}", 100 * r.weighted_gain));
}

std::string table_text(const WalkForwardSpan& span, const std::vector<ScoreRow>& rows, const std::string& marked,
                       ModelKind kind) {
  auto out = fmt::format(
    "walk-forward {} to {}: first fit on {} rows, a new one every {} h, embargo {} h\n"
    "{} predictions, worth {:.0f} independent ones because their labels overlap; 95 % ranges count that\n\n",
    span.first, span.last, span.first_rows, span.refit_hours, span.embargo_hours, span.predictions, span.independent);
  out += fmt::format("  {:<36} {:>7}  {:>21}  {:>24}  {:>27}  {:>8}\n", "candidate",
                     kind == ModelKind::labels ? "log loss" : "RMSE", "direction right", "Pearson r", "gain, %", "weighted");
  for (const auto& row : rows) out += row_text(row, row.name == marked ? '*' : ' ');
  return out;
}

json::object to_object(const ScoreRow& r, ModelKind kind) {
  return {{"name", r.name},
          {kind == ModelKind::labels ? "log_loss" : "rmse", number(r.loss)},
          {"directional_accuracy", number(r.directional)},
          {"directional_accuracy_range", range(r.directional_low, r.directional_high)},
          {"pearson", number(r.pearson)},
          {"pearson_range", range(r.pearson_low, r.pearson_high)},
          {"gain", number(r.gain)},
          {"gain_range", range(r.gain_low, r.gain_high)},
          {"weighted_gain", number(r.weighted_gain)},
          {"t", number(r.t)}};
}

json::object to_object(const WalkForwardSpan& s) {
  return {{"first", s.first},
          {"last", s.last},
          {"first_rows", s.first_rows},
          {"refit_hours", s.refit_hours},
          {"embargo_hours", s.embargo_hours},
          {"predictions", s.predictions},
          {"independent", s.independent}};
}

json::array to_array(const std::vector<Gap>& gaps) {
  json::array out;
  for (const auto& gap : gaps) out.push_back(json::object{{"first", utc_text(gap.first)}, {"hours", gap.hours}});
  return out;
}

} // namespace inferd::cli
