#pragma once

#include "runtime/ports/clock_port.hpp"

#include <cstdint>
#include <mutex>

namespace inferd::sim {

/// Simulated time. Stopped until run() makes it advance at `speed` times real time. Thread-safe. Goes back only by set().
class SimClock : public ClockPort {
public:
  explicit SimClock(Instant start) : base_(start.value) {}

  Instant now() const override;
  void set(Instant t);
  void advance(std::int64_t ms);
  void run(double speed); ///< from the present value on
  void pause();

private:
  std::int64_t now_locked() const;

  mutable std::mutex mutex_;
  std::int64_t base_;
  double speed_ = 0;         ///< 0: stopped
  std::int64_t started_ = 0; ///< steady clock at the last run() or set(), milliseconds
};

} // namespace inferd::sim
