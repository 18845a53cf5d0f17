#pragma once
// What a topic is answered by, as the configuration says.

#include "runtime/config/header_source.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

/// `model = …` of a topic. By the text: "http://…" is a URL; "….onnx", "….txt" and "….ubj" are files of ONNX, LightGBM and
/// XGBoost; another one is a .json file, of this program or of XGBoost, which its content tells. Among shadows "network" is the
/// network's own last value.
struct ModelSettings {
  enum class Form { json, onnx, lightgbm, xgboost, command, http, network };
  Form form = Form::json;
  std::string file;                              ///< not of command and http
  std::vector<std::string> command;              ///< program and arguments
  std::string folder;                            ///< the configuration's, in which the command runs
  std::string url;                               ///< may hold keys
  std::map<std::string, std::string> parameters; ///< placeholders of the URL
  std::vector<HeaderSource> headers;             ///< of http
  std::vector<std::string> features, labels;
  std::size_t candles = 100;        ///< for a command
  std::int64_t deadline_ms = 4'000; ///< of one answer
  std::int64_t memory_mb = 1'024;   ///< of the process
  std::string name;                 ///< in `inferd models`; empty: by the file, program or host
  std::string setting;              ///< its name in mistakes; empty: `model` of its topic
};

/// By which `[topic.guard]` names a model: its name, or that of its file. Empty: it has neither.
inline std::string model_label(const ModelSettings& m) {
  return m.name.empty() ? m.file.substr(m.file.rfind('/') + 1) : m.name;
}

/// `[topic.promotion]`: a shadow becomes live by itself.
struct PromotionSettings {
  std::uint32_t windows = 200; ///< scored since the last swap, at least
  double confidence = 0.95;    ///< that no shadow replaces the live model when all are equally good
};

/// `[topic.retrain]`
struct RetrainSettings {
  std::int64_t every_ms{};
  std::int64_t history_ms{}; ///< of the candles to train on
};

/// `[topic.guard]`: one more model, which combines the others.
struct GuardSettings {
  bool live = false;
  std::vector<std::string> experts; ///< names of the topic's models; empty: all
};

/// What an answer of a model from outside must satisfy.
struct SanitySettings {
  std::optional<std::pair<double, double>> plausible; ///< empty: by target and horizon
  std::uint32_t same_values = 50;                     ///< 0: any number
  double network_deviations = 20;                     ///< 0: any distance
};

} // namespace inferd
