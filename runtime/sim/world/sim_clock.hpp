#pragma once

#include "runtime/ports/clock_port.hpp"

#include <cstdint>
#include <mutex>

namespace inferd::sim {

/// The time of a simulated world. Stands still until moved, or runs at `speed` times the pace of the real clock.
/// Thread-safe. Never goes back by itself; `set` may.
class SimClock : public ClockPort {
public:
  explicit SimClock(Instant start) : base_(start.value) {}

  Instant now() const override;
  void set(Instant t);
  void advance(std::int64_t ms);
  void run(double speed); ///< from the present instant on
  void pause();

private:
  std::int64_t now_locked() const;

  mutable std::mutex mutex_;
  std::int64_t base_;
  double speed_ = 0;         ///< 0: stands still
  std::int64_t started_ = 0; ///< steady milliseconds when it began to run
};

} // namespace inferd::sim
