#pragma once

#include "messages/units.hpp"

namespace inferd {

/// Wall-clock time. Live: the system clock; simulation and replay set it.
class ClockPort {
public:
  virtual ~ClockPort() = default;
  virtual Instant now() const = 0;
};

} // namespace inferd
