#pragma once

#include "runtime/ports/clock_port.hpp"

#include <chrono>

namespace inferd {

class SystemClock : public ClockPort {
public:
  Instant now() const override {
    using namespace std::chrono;
    return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
  }
};

/// Milliseconds of the steady clock.
inline std::int64_t steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

} // namespace inferd
