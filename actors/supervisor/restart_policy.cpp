#include "actors/supervisor/restart_policy.hpp"

#include "messages/limits.hpp"

#include <algorithm>
#include <cassert>

namespace inferd {

std::int64_t backoff(const RestartPolicy& policy, std::uint32_t streak, std::uint64_t random) {
  assert(streak > 0 && policy.jitter_percent <= 100);
  auto base = std::min(policy.backoff_ms, policy.backoff_max_ms);
  for (; streak > 1 && base < policy.backoff_max_ms; --streak) base = std::min(base * 2, policy.backoff_max_ms);
  const auto spread = base * policy.jitter_percent / 100;
  return base - spread + static_cast<std::int64_t>(random % static_cast<std::uint64_t>(2 * spread + 1));
}

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
