#pragma once

#include "messages/units.hpp"

namespace inferd {

/// What time it is. Live: the system clock. Simulated and replayed worlds set it.
class ClockPort {
public:
  virtual ~ClockPort() = default;
  virtual Instant now() const = 0;
};

} // namespace inferd
