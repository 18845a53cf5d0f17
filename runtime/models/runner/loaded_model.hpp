#pragma once
// A model file behind its runtime library, in the process of `inferd model-runner` only.

#include "runtime/models/model_host.hpp"

#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace inferd::models {

/// One sentence: why the file or its runtime cannot be used.
struct RunnerError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class LoadedModel {
public:
  virtual ~LoadedModel() = default;
  virtual const ModelFacts& facts() const = 0;
  /// One element for each of facts().inputs; NaN: missing. Throws RunnerError.
  virtual std::vector<double> predict(std::span<const double> inputs) = 0;
};

struct RunnerSettings {
  std::string kind; ///< onnx, lightgbm or xgboost
  std::string file;
  std::vector<std::string> folders;  ///< where runtime libraries are searched before the system's
  std::vector<std::string> features; ///< names of the columns, where the file has none
  bool allow_missing = false;        ///< NaN inputs reach the model; otherwise they are refused
};

/// These check the file, load the runtime library and the model. They throw RunnerError.
std::unique_ptr<LoadedModel> load_lightgbm(const RunnerSettings&);
std::unique_ptr<LoadedModel> load_xgboost(const RunnerSettings&);
std::unique_ptr<LoadedModel> load_onnx(const RunnerSettings&);
std::unique_ptr<LoadedModel> load_model_file(const RunnerSettings&); ///< by RunnerSettings::kind

/// Serves the line protocol on the descriptors until `in` ends: first {"ready":…} or {"refused":…}. The exit code.
int run_model(const RunnerSettings&, int in, int out);

} // namespace inferd::models
