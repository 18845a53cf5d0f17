#pragma once
// Opens models from outside: starts their processes, one for each distinct model, and compares their inputs with the features
// that exist.

#include "runtime/models/line_process.hpp"
#include "runtime/models/model_spec.hpp"
#include "runtime/models/protocol.hpp"
#include "runtime/ports/http_port.hpp"
#include "runtime/ports/market_port.hpp"
#include "runtime/ports/model_port.hpp"

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace inferd::models {

struct ModelHostSettings {
  std::string program;                               ///< of this project, for `model-runner`
  std::vector<std::string> runtime_folders;          ///< where runtime libraries are searched before the system's
  std::shared_ptr<HttpPort> http;                    ///< null: models behind URLs fail
  std::function<void(const std::string& line)> warn; ///< for the log; may be empty. From any thread
};

/// Thread-safe.
class ModelHost {
public:
  explicit ModelHost(ModelHostSettings);

  /// Why the model cannot be used, in one sentence; empty: it can. Starts the runner of a model file, which says the `facts`,
  /// and waits for it at most half a minute. Whether the inputs are features is the caller's to compare.
  std::string check(const ModelSpec&, ModelFacts* facts = nullptr) const;

  /// `names`: of AskModel::values, all inputs of a model file. `market`: of the topic's feed.
  std::shared_ptr<ModelPort> open(const ModelSpec&, const std::vector<std::string>& names, std::shared_ptr<MarketPort> market);

  /// The process of a command or a file, without sharing. `names` empty: the inputs may have any names.
  std::shared_ptr<LineProcess> start(const ModelSpec&, const std::vector<std::string>& names) const;

private:
  ChildSettings child_of(const ModelSpec&) const;

  ModelHostSettings settings_;
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<LineProcess>> processes_;
};

/// "predict.py (sha256:1a2b3c4d5e6f)", "http://host:80/…": for books and logs. Reads the file.
std::string model_name(const ModelSpec&);

/// Whether a .json file is one of XGBoost. Reads its beginning.
bool is_xgboost_json(const std::string& file);

} // namespace inferd::models
