#pragma once
// What a supervisor decides: which child is started, stopped, killed or given up, and when. No CAF and no clock: events in,
// effects out. The effects are carried out in order.

#include "actors/supervisor/restart_policy.hpp"
#include "base/split_mix.hpp"
#include "messages/inspection.hpp"

#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

/// Children are named by their index in the order of their start. Not thread-safe.
class SupervisorCore {
public:
  struct Child {
    Place place;
    ChildKind kind{};
    std::int64_t stop_deadline_ms{};
    ChildState state{};
    std::uint32_t restarts{}; ///< after failures, since the supervisor's start
    Instant since;            ///< its last start
    std::uint64_t turn{};     ///< counts its starts and stops; an alarm of another turn is ignored
    // Private to the core.
    std::uint32_t streak{}; ///< failures in a row, each within a period of its start
    std::uint32_t alarms{}; ///< pending RestartDue messages
    bool killed{}, again{}; ///< while stopping: it was killed; it is to be started afterwards
  };

  struct Start {
    std::size_t child;
  };
  /// Ask it to end; call overdue() after `deadline_ms`.
  struct Stop {
    std::size_t child;
    std::uint64_t turn;
    std::int64_t deadline_ms;
  };
  /// End it at once; call overdue() after `deadline_ms`.
  struct Kill {
    std::size_t child;
    std::uint64_t turn;
    std::int64_t deadline_ms;
  };
  /// It cannot be ended: take it out of the directory and stop monitoring it.
  struct Abandon {
    std::size_t child;
  };
  /// Call due() after `ms`.
  struct Wait {
    std::size_t child;
    std::int64_t ms;
  };
  /// All children are down; `reason` is one sentence.
  struct Finish {
    std::string reason;
    bool exhausted; ///< the restart budget is spent
  };
  using Effect = std::variant<Start, Stop, Kill, Abandon, Wait, ChildFailed, ChildRestarted, Finish>;
  using Effects = std::vector<Effect>;

  /// `seed` decides the jitter.
  SupervisorCore(Place, RestartPolicy, std::vector<Child> children, std::uint64_t seed);

  Effects start(Instant now);
  /// A child has ended. Without a failure: it finished or was asked to end.
  Effects ended(std::size_t child, const std::optional<ActorFailure>&, Instant now);
  /// A child is alive but makes no progress; `reason` is the rest of a sentence about it. It is abandoned and counts as failed.
  Effects hung(std::size_t child, const std::string& reason, Instant now);
  Effects due(std::size_t child, Instant now);
  Effects overdue(std::size_t child, std::uint64_t turn, Instant now);
  /// By the operator: only this child. It costs no budget and, of a child that runs, counts as no restart.
  Effects restart(std::size_t child, Instant now);
  /// Stops all children, the last started first. Nothing is restarted afterwards.
  Effects stop(const std::string& reason, Instant now);
  /// Kills the children that are left, all at once.
  Effects stop_at_once(Instant now);

  const std::vector<Child>& children() const { return children_; }
  const std::deque<Failure>& failures() const { return failures_; } ///< limits::remembered_failures at most, oldest first
  const RestartPolicy& policy() const { return policy_; }
  std::uint32_t restarts() const { return restarts_; }
  bool stopping() const { return finish_.has_value(); }

private:
  void fail(std::size_t child, const std::optional<ActorFailure>&, Instant now, Effects&);
  void report(const ActorFailure&, std::uint32_t restarts, Instant now, Effects&);
  void run(std::size_t child, bool again, Instant now, Effects&, bool counts = true);
  void halt(std::size_t child, Effects&);
  void take_down(Instant now, Effects&);

  Place place_;
  RestartPolicy policy_;
  RestartBudget budget_;
  std::vector<Child> children_;
  SplitMix64 random_;
  std::size_t down_from_; ///< children from this index on are being stopped; the number of children: none
  std::optional<Finish> finish_;
  std::deque<Failure> failures_;
  std::uint32_t restarts_{};
};

} // namespace inferd
