// inferd model-runner: the process in which a model file runs. Started by run, once, doctor, config check and predict.

#include "runtime/cli/commands.hpp"
#include "runtime/models/runner/loaded_model.hpp"

#include <CLI/CLI.hpp>
#include <unistd.h>

namespace inferd::cli {

void add_model_runner(CLI::App& program) {
  auto* verb = program.add_subcommand("model-runner", "Serve a model file on stdin and stdout, one JSON object a line");
  verb->group(""); // not for people
  const auto s = std::make_shared<models::RunnerSettings>();
  verb->add_option("--kind", s->kind, "onnx, lightgbm or xgboost")->required();
  verb->add_option("--model", s->file, "The file")->required();
  verb->add_option("--runtimes", s->folders, "Where runtime libraries are searched before the system's places");
  verb->add_option("--feature", s->features, "Name of the next column, where the file has none");
  verb->add_flag("--allow-missing", s->allow_missing, "Pass undefined features to the model");
  verb->footer("Example: inferd model-runner --kind lightgbm --model m.txt\nThe protocol: etc/design/foreign_models.md.");
  verb->callback([s] {
    if (const int code = models::run_model(*s, STDIN_FILENO, STDOUT_FILENO); code != 0)
      throw Failure("the model was refused", code);
  });
}

} // namespace inferd::cli
