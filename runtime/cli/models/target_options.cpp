#include "runtime/cli/models/target_options.hpp"

#include "base/decimal_text.hpp"
#include "base/duration.hpp"
#include "base/utc.hpp"
#include "messages/limits.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/models/model_table.hpp"
#include "runtime/cli/program.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <filesystem>
#include <fstream>

namespace inferd::cli {

void add_target_options(CLI::App& verb, TargetOptions& o) {
  verb.add_option("--target,--output", o.target, "What the topic wants: log_return, price or volatility; default log_return")
    ->check(CLI::IsMember({"log_return", "price", "volatility"}))
    ->type_name("TEXT");
  auto* horizon =
    verb.add_option("--horizon", o.horizon, "How far ahead to predict: 15m, 4h, 7d; default 7d")->type_name("TIME");
  verb.add_option("--horizon-hours", o.horizon_hours, "The same as a number of hours")
    ->check(CLI::Range(1, 87'600))
    ->excludes(horizon);
  verb.add_option("--interval", o.interval, "Of the candles: 1m, 5m, 1h or 1d; default: the file's")->type_name("TIME");
  verb.add_option("--estimator", o.estimator, "Of volatility: gk, r2 or std; default gk, below one hour std")
    ->check(CLI::IsMember({"gk", "r2", "std"}))
    ->type_name("TEXT");
  verb.add_option("--first-rows", o.first_rows, "Rows of the first fit; default by interval, hourly 4320")
    ->check(CLI::Range(24, 1'000'000));
  verb.add_option("--refit-rows,--refit-hours", o.refit_rows, "Rows predicted by one fit; default by interval, hourly 720")
    ->check(CLI::Range(1, 1'000'000));
  verb
    .add_option("--embargo-rows,--embargo-hours", o.embargo_rows,
                "Rows between training and prediction; default and least: the horizon")
    ->check(CLI::Range(0, 1'000'000));
  add_with_option(verb, o.with);
}

void add_with_option(CLI::App& verb, std::vector<std::string>& with) {
  verb
    .add_option("--with", with,
                "SERIES=CSV: candles of another symbol or interval, for features such as ethusd:gk_24 or /1d:gk_7; "
                "network=CSV: the values of `inferd ledger network`; may be repeated")
    ->type_name("FILE");
}

namespace {

/// "timestamp,value", oldest first: when each value of the network became known.
std::vector<Candle> network_values(const std::string& path) {
  std::error_code error;
  if (std::filesystem::file_size(path, error) > limits::file_read || error)
    throw Failure(fmt::format("{}: {}", path, error ? error.message() : "is larger than any file that is read"));
  std::ifstream in(path);
  std::string line;
  const auto fail = [&](std::size_t number, const char* what) -> void {
    throw Failure(fmt::format("{}:{}: {}", path, number, what));
  };
  const auto next = [&] {
    const bool there = static_cast<bool>(std::getline(in, line));
    if (line.ends_with('\r')) line.pop_back();
    return there;
  };
  if (!next()) throw Failure(fmt::format("{}: cannot be read, or is empty", path));
  if (line != "timestamp,value") fail(1, "the first line is not \"timestamp,value\"");
  std::vector<Candle> values;
  for (std::size_t number = 2; next(); ++number) {
    const auto comma = line.find(',');
    const auto known = parse_utc(line.substr(0, comma));
    const auto value = comma == line.npos ? std::nullopt : parse_finite(line.substr(comma + 1));
    if (!known) fail(number, "timestamp is not of the form 2024-01-01T00:00:00Z");
    if (!value) fail(number, "value is not a finite number");
    if (!values.empty() && *known < values.back().opens) fail(number, "earlier than the line before");
    values.push_back({*known, *value, *value, *value, *value, 0});
  }
  return values;
}

} // namespace

OtherCandles other_candles(const std::vector<std::string>& with, Interval interval) {
  OtherCandles others;
  for (const auto& text : with) {
    const auto equals = text.find('=');
    if (equals == 0 || equals >= text.size() - 1 || text.substr(0, equals).find(':') != text.npos)
      throw Failure(fmt::format("--with: \"{}\" is not of the form ethusd=ethusd.csv or /1d=daily.csv", text), exit_usage);
    const auto series = text.substr(0, equals);
    if (others.contains(series)) throw Failure(fmt::format("--with: {} is there twice", series), exit_usage);
    if (series == network_series) {
      others[series] = network_values(text.substr(equals + 1));
      continue;
    }
    try {
      const auto feed = feed_of_series(series, {"", interval});
      others[series] = candles_or_fail(text.substr(equals + 1), feed.interval).candles;
    } catch (const FeatureError& e) {
      throw Failure(fmt::format("--with: {}", e.what()), exit_usage);
    }
  }
  return others;
}

std::optional<Interval> interval_of(const TargetOptions& o) {
  if (!o.interval) return {};
  const auto ms = parse_duration(*o.interval);
  if (!ms || !rules_for({*ms}))
    throw Failure(fmt::format("--interval: \"{}\" is not {}", *o.interval, supported_intervals), exit_usage);
  return Interval{*ms};
}

void apply(const TargetOptions& o, Interval interval, TrainSettings& settings) {
  const auto* rules = rules_for(interval);
  if (!rules)
    throw Failure(fmt::format("the candles are {} apart; {} are supported", duration_words(interval.ms), supported_intervals));
  settings.interval = interval;
  if (o.horizon_hours) settings.horizon_ms = *o.horizon_hours * ms_per_hour;
  if (o.horizon) {
    const auto ms = parse_duration(*o.horizon);
    if (!ms) throw Failure(fmt::format("--horizon: \"{}\" is not a duration such as 15m, 4h or 7d", *o.horizon), exit_usage);
    settings.horizon_ms = *ms;
  }
  if (settings.horizon_ms % interval.ms != 0)
    throw Failure(fmt::format("--horizon: {} is not a multiple of {}, the candles' interval",
                              duration_text(settings.horizon_ms), duration_text(interval.ms)),
                  exit_usage);
  const auto target = o.target.value_or("log_return");
  settings.output = target == "price"        ? ModelOutput::price
                    : target == "volatility" ? ModelOutput::volatility
                                             : ModelOutput::log_return;
  if (o.estimator && settings.output != ModelOutput::volatility)
    throw Failure("--estimator is for --target volatility", exit_usage);
  settings.estimator = o.estimator ? *parse_estimator(*o.estimator) : rules->usual;
  if (settings.output == ModelOutput::volatility && settings.estimator == VolatilityEstimator::sample_deviation &&
      settings.horizon() < 2)
    throw Failure("--estimator: std needs at least two candles in the horizon; name gk or r2, or candles of a shorter interval",
                  exit_usage);
  settings.plan = rules->plan;
  if (settings.output != ModelOutput::volatility) settings.plan.first_within = false;
  if (o.first_rows) settings.plan.first_rows = *o.first_rows;
  if (o.refit_rows) settings.plan.refit_rows = *o.refit_rows;
  if (o.embargo_rows) settings.plan.embargo_rows = *o.embargo_rows;
}

} // namespace inferd::cli
