#include "actors/supervisor/restart_policy.hpp"

#include "messages/limits.hpp"

#include <algorithm>

namespace inferd {

std::int64_t group_stop_deadline(const std::vector<std::int64_t>& children) {
  auto sum = limits::child_stop_deadline;
  for (const auto deadline : children) sum += deadline + limits::kill_deadline;
  return sum;
}

std::uint32_t RestartBudget::used(Instant now) {
  for (auto& t : times_) t = std::min(t, now.value);
  while (!times_.empty() && now.value - times_.front() >= period_ms_) times_.pop_front();
  return static_cast<std::uint32_t>(times_.size());
}

bool RestartBudget::allow(Instant now) {
  if (used(now) >= restarts_) return false;
  times_.push_back(now.value);
  return true;
}

} // namespace inferd
