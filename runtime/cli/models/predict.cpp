// inferd predict: a model's predictions for rows of features.

#include "model/model.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/models/feature_rows.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/cli/models/predict_foreign.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iostream>

namespace inferd::cli {
namespace {

struct Options {
  std::string model, rows;
};

void run(const Options& o) {
  if (predict_foreign(o.model, o.rows, std::cout)) return;
  try {
    const auto model = load_model(o.model);
    FeatureRows rows(o.rows);
    std::vector<std::size_t> columns;
    std::vector<double> features;
    if (model.needs_features()) {
      // The ten classic features are passed whole, but only those that the model declares must be there.
      const auto& declared = model.file().features;
      for (const auto& name : model.features()) {
        const bool used = name == model.file().scale_by || std::find(declared.begin(), declared.end(), name) != declared.end();
        columns.push_back(used ? rows.column(name) : std::string::npos);
      }
    }
    const bool price = model.file().output == ModelOutput::price;
    const auto close = price ? rows.column("close") : 0;
    while (rows.next()) {
      features.clear();
      for (const auto column : columns) features.push_back(column == std::string::npos ? 0 : rows.at(column));
      if (model.file().output == ModelOutput::probability) {
        std::string line;
        for (const auto& value : model.predict(features, 1))
          line += (line.empty() ? "" : ",") + value.label + '=' + value.value;
        std::cout << line << '\n';
        continue;
      }
      const double value = model.value(features);
      std::cout << fmt::format("{:.17g}\n", price ? rows.at(close) * std::exp(value) : value);
    }
  } catch (const ModelError& e) {
    throw Failure(e.what());
  }
}

} // namespace

void add_predict(CLI::App& program) {
  auto* verb = program.add_subcommand("predict", "Print a model's prediction for each row of features");
  verb->footer("The first line of the rows names the columns; those that the model does not need are ignored. A row with an\n"
               "empty field is predicted as nan. A model of prices needs the column close.\nExample\n"
               "  inferd features --candles C.csv --model m.json > R.csv; inferd predict --model m.json --rows R.csv\n"
               "  inferd predict --model '{ command = [\"python3\", \"predict.py\"] }' --rows R.csv");
  const auto o = std::make_shared<Options>();
  verb->add_option("--model", o->model, "A file of `inferd train`, ONNX, LightGBM or XGBoost, or { command = [...] }")
    ->required();
  verb->add_option("--rows", o->rows, "CSV with a column for each feature of the model")->type_name("CSV")->required();
  add_config_option(*verb);
  verb->callback([o] { run(*o); });
}

} // namespace inferd::cli
