#pragma once
// Owns actors: starts them in order, watches them, restarts them by policy, stops them in reverse order.
//
// Promised: a child that ends, throws, does not get on with its messages or lets its mailbox grow past limits::mailbox is
// replaced; its failure is kept for the admin port; whoever is in `notify`, here and above, is told ChildRestarted.
// Not promised: a thread that is stuck inside a handler cannot be ended. Its actor is given up: out of the directory, out of
// mind, dead as soon as the handler returns; until then what it sends is still delivered, and its thread is lost.
// A nested supervisor's children start after its parent has started the siblings that follow.

#include "actors/interfaces.hpp"
#include "actors/supervisor/restart_policy.hpp"
#include "actors/base/actor_base.hpp"
#include "messages/limits.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

struct ChildSpec {
  std::string name; ///< its place in the directory
  ChildKind kind{ChildKind::permanent};
  std::function<caf::strong_actor_ptr(caf::actor_system&)> start; ///< may throw: that is a failure of the child
  std::int64_t stop_deadline_ms = limits::child_stop_deadline;
  bool supervisor = false; ///< set by `nested`
};

struct SupervisorSpec {
  std::string place;
  RestartPolicy policy;
  std::vector<ChildSpec> children; ///< in the order of their start
  std::vector<std::string> notify; ///< places told ChildRestarted, of children here and below; their interface takes it
  std::uint64_t seed{};            ///< of the jitter
  std::int64_t liveness_interval_ms = limits::liveness_interval; ///< how often the children are looked at
  std::int64_t liveness_deadline_ms = limits::liveness_deadline; ///< seen at the same message for so long, one is hung
  bool own_thread = false;                                       ///< so that hung children cannot take its thread too
  std::string parent;                                            ///< set by `nested`
  bool again = false; ///< set by `nested`: one before it had failed, and its children's peers are told of each
};

/// What only the root does. The callbacks come from its thread and must not block; on_stopped or on_exhausted is its last.
struct RootDuties {
  Wallet wallet;                           ///< whose books the heartbeat tells of
  std::string drained_first = "submitter"; ///< is told Drain and waited for, before anything stops; empty: nobody
  std::int64_t heartbeat_ms = 3'600'000;
  std::function<void(Instant)> on_alive; ///< every child, and every child of theirs, runs and gets on: feeds the watchdog
  std::function<void()> on_stopped;      ///< after Drain: everything is down, in order
  std::function<void(const std::string& reason)> on_exhausted; ///< the budget is spent: everything is down, end the process
};

/// Starts the supervisor, puts it into the directory, and lets it start its children. Ended by Drain (the root), by an exit
/// message (the others); either way its children go first, in reverse order.
Supervisor spawn_supervisor(caf::actor_system&, ActorContext&, SupervisorSpec, std::optional<RootDuties> = {});

/// A supervisor as a child of the one at `parent`.
ChildSpec nested(ActorContext&, SupervisorSpec, const std::string& parent, ChildKind = ChildKind::permanent);

} // namespace inferd
