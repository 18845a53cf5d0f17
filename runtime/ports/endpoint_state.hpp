#pragma once
// A node among several, as it is ranked and shown.

#include "messages/endpoints.hpp"

#include <cstdint>
#include <string>

namespace inferd {

/// What one look at a node told: its `status`, asked from the outside.
struct EndpointProbe {
  bool answered = false;
  std::int64_t height = 0, took_ms = 0;
  std::string trouble; ///< why it is not to be used (another chain, catching up, no answer); empty: it is well
};

} // namespace inferd
