// inferd features: the model's inputs for every candle of a file.

#include "model/features.hpp"

#include "base/utc.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/model_table.hpp"
#include "runtime/cli/options.hpp"

#include <CLI/CLI.hpp>
#include <cmath>
#include <fmt/format.h>
#include <iostream>

namespace inferd::cli {
namespace {

void print_features(const CandleFile& file) {
  std::string out = "timestamp";
  for (const auto name : feature_names()) (out += ',') += name;
  out += '\n';
  FeatureState state;
  for (const auto& candle : file.candles) {
    state.push(candle);
    out += utc_text(candle.opens);
    for (const double value : state.values()) {
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

} // namespace

void add_features(CLI::App& program) {
  auto* verb = program.add_subcommand("features", "Print the features of every candle of a file, as CSV");
  verb->footer("An empty field is not yet defined: the first 72 rows fill the windows. Formulas: model/features.hpp.\n"
               "Example\n  inferd features --candles etc/data/btcusd-1h.csv | tail -1");
  const auto candles = std::make_shared<std::string>();
  add_candles_option(*verb, *candles)->required();
  add_config_option(*verb);
  verb->callback([candles] { print_features(candles_or_fail(*candles)); });
}

} // namespace inferd::cli
