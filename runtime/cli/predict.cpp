// inferd predict: a model's predictions for rows of features.

#include "runtime/cli/commands.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/cli/predict_foreign.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

namespace inferd::cli {
namespace {

struct Options {
  std::string model, rows;
};

void run(const Options& o) {
  if (predict_foreign(o.model, o.rows, std::cout)) return;
  throw Failure(o.model + ": only models of ONNX, LightGBM, XGBoost and commands take rows");
}

} // namespace

void add_predict(CLI::App& program) {
  auto* verb = program.add_subcommand("predict", "Print a model's prediction for each row of features");
  verb->footer("The first line of the rows names the columns; those that the model does not need are ignored.\nExample\n"
               "  inferd predict --model m.txt --rows R.csv\n"
               "  inferd predict --model '{ command = [\"python3\", \"predict.py\"] }' --rows R.csv");
  const auto o = std::make_shared<Options>();
  verb->add_option("--model", o->model, "A file of ONNX, LightGBM or XGBoost, or { command = [...] }")->required();
  verb->add_option("--rows", o->rows, "CSV with a column for each feature of the model")->type_name("CSV")->required();
  add_config_option(*verb);
  verb->callback([o] { run(*o); });
}

} // namespace inferd::cli
