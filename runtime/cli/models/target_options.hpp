#pragma once
// What `train` and `backtest` predict: target, horizon, interval, estimator, and the walk-forward plan.

#include "model/training/interval_rules.hpp"
#include "model/inputs/joint_features.hpp"
#include "model/training/trainer.hpp"

#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace inferd::cli {

struct TargetOptions {
  std::optional<std::string> horizon, interval, target, estimator;
  std::optional<std::int64_t> horizon_hours;
  std::optional<std::int64_t> first_rows, refit_rows, embargo_rows;
  std::vector<std::string> with; ///< "ethusdt=ethusdt-1h.csv"
};

/// --target, --horizon, --horizon-hours, --interval, --estimator, --first-rows, --refit-rows, --embargo-rows.
void add_target_options(CLI::App& verb, TargetOptions&);

/// Reads the candles of --with, which must be of this interval. Throws Failure that names the option or the file.
OtherCandles other_candles(const std::vector<std::string>& with, Interval);

/// --with, of which add_target_options has one.
void add_with_option(CLI::App& verb, std::vector<std::string>& with);

/// The interval given; empty: the file's own.
std::optional<Interval> interval_of(const TargetOptions&);

/// Fills in interval, output, horizon, estimator and plan. `interval`: of the candles. Throws Failure that names the option.
void apply(const TargetOptions&, Interval interval, TrainSettings&);

} // namespace inferd::cli
