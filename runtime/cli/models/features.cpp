// inferd features: features for every candle of a file.

#include "model/inputs/joint_features.hpp"

#include "base/duration.hpp"
#include "base/utc.hpp"
#include "model/model.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/models/model_table.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/cli/models/target_options.hpp"

#include <CLI/CLI.hpp>
#include <cmath>
#include <fmt/format.h>
#include <iostream>

namespace inferd::cli {
namespace {

struct Options {
  std::string candles, model;
  std::vector<std::string> features;
  TargetOptions target;
  bool list{};
};

void print_families() {
  std::cout << "name | formula | unit\n";
  for (const auto name : feature_names()) std::cout << name << " | model/inputs/features.hpp |\n";
  for (const auto& family : feature_families())
    std::cout << fmt::format("{}_{} | {} | {}\n", family.name, fmt::join(family.parameters, "_"), family.formula, family.unit);
}

void print_features(const Options& o) {
  auto names = o.features.empty() ? classic_features() : o.features;
  auto target = o.target;
  if (!o.model.empty()) {
    const auto model = load_model(o.model);
    names = model.features();
    target.interval = model.file().interval;
    target.horizon = model.file().horizon;
  }
  const auto file = candles_or_fail(o.candles, interval_of(target));
  TrainSettings settings;
  apply(target, file.interval, settings);
  JointFeatures set(names, {file.interval, settings.horizon()});
  const auto others = other_candles(target.with, file.interval);
  for (const auto& series : other_inputs_of(names))
    if (!others.contains(series)) throw Failure(fmt::format("features of {0} need --with {0}=CSV", series), exit_usage);
  FollowedSeries followed(others, file.interval);
  std::string out = "timestamp";
  for (const auto& name : names) (out += ',') += name;
  out += '\n';
  for (const auto& candle : file.candles) {
    followed.push(candle.opens, set);
    set.push(candle);
    out += utc_text(candle.opens);
    for (const double value : set.values()) {
      out += ',';
      if (!std::isnan(value)) fmt::format_to(std::back_inserter(out), "{}", value);
    }
    out += '\n';
    if (out.size() > 1u << 20) {
      std::cout << out;
      out.clear();
    }
  }
  std::cout << out;
}

void run(const Options& o) {
  if (o.list) return print_families();
  if (o.candles.empty()) throw Failure("--candles is required", 2);
  try {
    print_features(o);
  } catch (const FeatureError& e) {
    throw Failure(e.what());
  } catch (const ModelError& e) {
    throw Failure(e.what());
  }
}

} // namespace

void add_features(CLI::App& program) {
  auto* verb = program.add_subcommand("features", "Print features of every candle of a file, as CSV");
  verb->footer("An empty field is not yet defined. Formulas and units: etc/design/features.md, or --list.\nExamples\n"
               "  inferd features --candles etc/data/btcusd-1h.csv | tail -1\n"
               "  inferd features --candles etc/data/btcusd-1h.csv --features gk_24,return_24_0,cos_168_1 --horizon 4h\n"
               "  inferd features --candles B.csv --with ethusd=E.csv --features return_1_0,ethusd:return_1_0\n"
               "  inferd features --candles etc/data/btcusd-1h.csv --with /1d=D.csv --features gk_24,/1d:gk_7");
  const auto o = std::make_shared<Options>();
  add_candles_option(*verb, o->candles);
  verb->add_option("--features", o->features, "Their names; default: the ten of the ridge candidates")
    ->delimiter(',')
    ->type_name("NAMES");
  verb->add_option("--model", o->model, "The features of this model file")->type_name("FILE");
  verb->add_option("--horizon", o->target.horizon, "For features that depend on it; default 7d")->type_name("TIME");
  verb->add_option("--interval", o->target.interval, "Of the candles: 1m, 5m, 1h or 1d; default: the file's")
    ->type_name("TIME");
  add_with_option(*verb, o->target.with);
  verb->add_flag("--list", o->list, "List the families with formula and unit");
  add_config_option(*verb);
  verb->callback([o] { run(*o); });
}

} // namespace inferd::cli
