#pragma once
// How a supervisor answers failures, as data. Meanings are those of Erlang/OTP's supervisors.

#include "base/backoff.hpp"
#include "messages/units.hpp"

#include <boost/describe/enum.hpp>
#include <deque>
#include <vector>

namespace inferd {

enum class Strategy {
  one_for_one,  ///< only the failed child is restarted
  rest_for_one, ///< it, and those started after it
  one_for_all   ///< all of them
};
BOOST_DESCRIBE_ENUM(Strategy, one_for_one, rest_for_one, one_for_all)

enum class ChildKind {
  permanent, ///< always runs: restarted however it ended
  transient, ///< restarted when it failed, not when it finished
  temporary  ///< never restarted
};
BOOST_DESCRIBE_ENUM(ChildKind, permanent, transient, temporary)

/// Exhausted means: one failure more than `restarts` within `period_ms`. The supervisor then stops its children, ends with
/// an error and so leaves the matter to its own supervisor; the root ends the process.
struct RestartPolicy {
  Strategy strategy{Strategy::one_for_one};
  std::uint32_t restarts = 5;
  std::int64_t period_ms = 60'000;
  Backoff backoff{.first_ms = 100, .longest_ms = 10'000, .below_percent = 20, .above_percent = 20}; ///< before a restart
  bool operator==(const RestartPolicy&) const = default;
};
BOOST_DESCRIBE_STRUCT(RestartPolicy, (), (strategy, restarts, period_ms, backoff))

/// How long a supervisor gets to stop, from its children's deadlines: each may have to be killed, one after the other.
std::int64_t group_stop_deadline(const std::vector<std::int64_t>& children);

/// Remembers the restarts of the last period.
class RestartBudget {
public:
  explicit RestartBudget(const RestartPolicy& policy) : restarts_(policy.restarts), period_ms_(policy.period_ms) {}

  /// True, and counted, when one more restart at `now` keeps within the budget. A clock that was set back does not make the
  /// past count for longer than a period.
  bool allow(Instant now);
  /// Restarts within the period that ends at `now`.
  std::uint32_t used(Instant now);

private:
  std::uint32_t restarts_;
  std::int64_t period_ms_;
  std::deque<std::int64_t> times_;
};

} // namespace inferd
