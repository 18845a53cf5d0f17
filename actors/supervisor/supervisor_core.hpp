#pragma once
// What a supervisor decides: who is started, stopped, killed, given up, and when. No actor and no clock: events in, effects
// out, to be carried out in order.

#include "actors/supervisor/restart_policy.hpp"
#include "base/split_mix.hpp"
#include "messages/supervision.hpp"

#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

enum class ChildState {
  idle, ///< not started, or taken down with its group
  running,
  mailbox_size, ///< failed; its backoff runs
  stopping,     ///< asked to end
  done          ///< ended for good, by its kind
};
BOOST_DESCRIBE_ENUM(ChildState, idle, running, mailbox_size, stopping, done)

/// A failure, as the admin port shows it.
struct Failure {
  Instant at;
  std::string child, reason, message; ///< the message it was handling, where known
  std::uint32_t restarts{};
  bool operator==(const Failure&) const = default;
};
BOOST_DESCRIBE_STRUCT(Failure, (), (at, child, reason, message, restarts))

class SupervisorCore {
public:
  struct Child {
    std::string name;
    ChildKind kind{};
    std::int64_t stop_deadline_ms{};
    ChildState state{};
    std::uint32_t restarts{}; ///< since the supervisor's start
    Instant since;            ///< its last start
    std::uint64_t turn{};     ///< counts its starts and stops; an alarm of another turn is stale
    // Private to the core.
    std::uint32_t streak{}; ///< failures in a row: none of them lived for a period
    std::uint32_t alarms{}; ///< RestartDue on their way
    bool killed{}, again{}; ///< while stopping: killed already; wanted back afterwards
  };
  /// How a child ended.
  struct End {
    std::string reason, message;
    bool failed{}; ///< false: it finished or was asked to
  };

  struct Start {
    std::size_t child;
  };
  struct Stop {
    std::size_t child;
    std::uint64_t turn;
    std::int64_t deadline_ms;
  }; ///< ask it to end; then `overdue`
  struct Kill {
    std::size_t child;
    std::uint64_t turn;
    std::int64_t deadline_ms;
  }; ///< at once; then `overdue`
  struct Abandon {
    std::size_t child;
  }; ///< it cannot be ended: nobody shall know it any more
  struct Wait {
    std::size_t child;
    std::int64_t ms;
  }; ///< then `due`
  struct Finish {
    std::string reason;
    bool exhausted;
  }; ///< all children are down
  using Effect = std::variant<Start, Stop, Kill, Abandon, Wait, ChildFailed, ChildRestarted, Finish>;
  using Effects = std::vector<Effect>;

  /// `seed` decides the jitter.
  SupervisorCore(std::string place, RestartPolicy, std::vector<Child> children, std::uint64_t seed);

  Effects start(Instant now);
  Effects ended(std::size_t child, const End&, Instant now);
  Effects hung(std::size_t child, const std::string& reason, Instant now); ///< alive, but of no use
  Effects due(std::size_t child, Instant now);
  Effects overdue(std::size_t child, std::uint64_t turn, Instant now);
  /// An operator's wish: costs no budget, and only this child.
  Effects restart(std::size_t child, Instant now);
  /// All down, last started first. Nothing is restarted from here on.
  Effects stop(const std::string& reason, Instant now);
  /// The time for stopping is up: whoever is left is killed, all at once.
  Effects stop_at_once(Instant now);

  const std::vector<Child>& children() const { return children_; }
  const std::deque<Failure>& failures() const { return failures_; }
  const RestartPolicy& policy() const { return policy_; }
  std::uint32_t restarts() const { return restarts_; }
  bool stopping() const { return finish_.has_value(); }

private:
  void fail(std::size_t child, const End&, Instant now, Effects&);
  void run(std::size_t child, bool again, Instant now, Effects&);
  void halt(std::size_t child, Effects&);
  void take_down(Instant now, Effects&);

  std::string place_;
  RestartPolicy policy_;
  RestartBudget budget_;
  std::vector<Child> children_;
  SplitMix64 random_;
  std::size_t down_from_; ///< children from here on are being taken down; their number: none
  std::optional<Finish> finish_;
  std::deque<Failure> failures_;
  std::uint32_t restarts_{};
};

} // namespace inferd
