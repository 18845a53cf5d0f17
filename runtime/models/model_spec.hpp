#pragma once

#include "runtime/ports/http_port.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace inferd::models {

/// A model that runs outside of the daemon's process, with the topic's facts that its protocol states.
struct ModelSpec {
  enum class Kind { command, http, onnx, lightgbm, xgboost };
  Kind kind{};
  std::string name;                              ///< for books and logs
  std::vector<std::string> command;              ///< program and arguments
  std::string folder;                            ///< in which a command runs
  std::string file;                              ///< of onnx, lightgbm and xgboost
  std::string url;                               ///< of http, with its placeholders
  std::map<std::string, std::string> parameters; ///< further placeholders of the URL
  HttpHeaders headers;                           ///< of http; secret
  std::vector<std::string> features; ///< command: those it gets, empty: all. Files: names of the columns, empty: the file's own
  std::vector<std::string> labels;   ///< of the outputs; empty: one value
  std::size_t candles = 100;         ///< a command gets; 0: none
  std::int64_t deadline_ms = 4'000;  ///< of one answer
  std::int64_t memory_mb = 1'024;    ///< RLIMIT_DATA of the process
  bool allow_missing = false;        ///< of a file: undefined features reach the model
  std::string symbol, target;
  std::int64_t horizon_minutes{}, interval_minutes = 60;
};

} // namespace inferd::models
