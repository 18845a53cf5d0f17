#pragma once
// Probe result and state of one RPC endpoint.

#include "messages/endpoints.hpp"
#include "messages/units.hpp"

#include <cstdint>
#include <string>

namespace inferd {

/// One probe: the node's answer to `status`.
struct EndpointProbe {
  bool answered = false;
  std::int64_t height = 0, took_ms = 0;
  std::string trouble;  ///< why the node must not be used (another chain, catching up, no answer); empty: usable
  Instant block_time{}; ///< of the block at `height`, by the node; 0: unknown
};

} // namespace inferd
