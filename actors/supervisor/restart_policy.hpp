#pragma once
// The arithmetic of a RestartPolicy (messages/supervision.hpp).

#include "messages/supervision.hpp"

#include <deque>
#include <vector>

namespace inferd {

/// Milliseconds a supervisor gets to stop, from those of its children: each may have to be killed, one after the other.
std::int64_t group_stop_deadline(const std::vector<std::int64_t>& children);

/// The restarts of the last period.
class RestartBudget {
public:
  explicit RestartBudget(const RestartPolicy& policy) : restarts_(policy.restarts), period_ms_(policy.period_ms) {}

  /// Counts a restart at `now` and returns true if it is within the budget. After the clock was set back, earlier restarts
  /// still expire within one period.
  bool allow(Instant now);
  /// Restarts within the period that ends at `now`.
  std::uint32_t used(Instant now);

private:
  std::uint32_t restarts_;
  std::int64_t period_ms_;
  std::deque<std::int64_t> times_;
};

} // namespace inferd
