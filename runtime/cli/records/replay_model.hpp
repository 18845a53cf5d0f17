#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace inferd::cli {

struct WhatIfOptions {
  std::string config, tape; ///< tape empty: the newest in tape.dir
  std::string model;        ///< a file, or { command = […] } as in a topic
  std::string candles;      ///< CSV file; empty: none
  std::optional<std::uint64_t> topic;
  bool json = false;
};

/// `inferd replay --model`: prints what the model would have submitted at each window of the tape, and both models' errors.
/// The configuration is read where the tape is not named, and for a model from outside. Throws Failure.
void replay_model(const WhatIfOptions&);

} // namespace inferd::cli
