#include "runtime/sim/world/sim_clock.hpp"

#include <chrono>

namespace inferd::sim {

namespace {

std::int64_t steady() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

} // namespace

std::int64_t SimClock::now_locked() const {
  if (speed_ == 0) return base_;
  return base_ + static_cast<std::int64_t>(static_cast<double>(steady() - started_) * speed_);
}

Instant SimClock::now() const {
  std::lock_guard lock(mutex_);
  return {now_locked()};
}

void SimClock::set(Instant t) {
  std::lock_guard lock(mutex_);
  base_ = t.value;
  started_ = steady();
}

void SimClock::advance(std::int64_t ms) {
  std::lock_guard lock(mutex_);
  base_ += ms;
}

void SimClock::run(double speed) {
  std::lock_guard lock(mutex_);
  base_ = now_locked();
  started_ = steady();
  speed_ = speed;
}

void SimClock::pause() { run(0); }

} // namespace inferd::sim
