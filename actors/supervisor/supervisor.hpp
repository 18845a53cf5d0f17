#pragma once
// Starts actors in order, monitors them, restarts them by policy and stops them in reverse order.
//
// Guaranteed: a child that ends, throws, makes no progress with its messages or lets its mailbox grow past limits::mailbox is
// replaced. Its failure is kept for the admin port, and the places in `notify`, here and above, receive ChildRestarted.
// Not guaranteed: a thread that is stuck in a handler cannot be ended. Its actor is given up: it is taken out of the directory,
// no longer monitored, and ends when the handler returns. Until then what it sends is still delivered, and its thread is lost.
// A nested supervisor's children start after its parent has started the siblings that follow.

#include "actors/base/actor_base.hpp"
#include "actors/interfaces.hpp"
#include "messages/limits.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

/// How to start and stop one child.
struct ChildSpec {
  Place place;
  ChildKind kind{ChildKind::permanent};
  /// Runs on the supervisor's thread, again at each restart. An exception or null is a failure of the child.
  std::function<caf::strong_actor_ptr(caf::actor_system&)> start;
  std::int64_t stop_deadline_ms = limits::child_stop_deadline; ///< after the request to end; then it is killed
  bool supervisor = false;                                     ///< set by `nested`
};

struct SupervisorSpec {
  Place place;
  RestartPolicy policy;
  std::vector<ChildSpec> children; ///< in the order of their start
  std::vector<Place> notify;       ///< receive ChildRestarted for children here and below; their interface takes it
  std::uint64_t seed{};            ///< of the backoff's jitter
  std::int64_t liveness_interval_ms = limits::liveness_interval; ///< between two checks of the children
  std::int64_t liveness_deadline_ms = limits::liveness_deadline; ///< a child that handles one message for so long is hung
  bool own_thread = false;     ///< detached from the scheduler, so that hung children cannot block it
  std::optional<Place> parent; ///< set by `nested`; empty: the root
  bool again = false;          ///< set by `nested`: a restarted supervisor, whose children are announced with ChildRestarted
};

/// What only the root does. The callbacks run on its thread and must not block; on_stopped or on_exhausted is the last.
struct RootDuties {
  Wallet wallet;                                             ///< whose totals the heartbeat reports
  std::optional<Place> drained_first = submitter_role.place; ///< receives Drain and is waited for; empty: none
  std::int64_t heartbeat_ms = 3'600'000;
  std::function<void(Instant)> on_alive; ///< after each check that found the whole tree healthy: feeds the watchdog
  std::function<void()> on_stopped;      ///< after Drain: everything has stopped, in order
  std::function<void(const std::string& reason)> on_exhausted; ///< the restart budget is spent and everything has stopped
};

/// Spawns the supervisor and enters it into the directory; it starts its children with its first message. Drain ends a root, an
/// exit message ends any other; its children stop first, in reverse order. The context outlives it.
Supervisor spawn_supervisor(caf::actor_system&, ActorContext&, SupervisorSpec, std::optional<RootDuties> = {});

/// A supervisor as a child of the one at `parent`.
ChildSpec nested(ActorContext&, SupervisorSpec, const Place& parent, ChildKind = ChildKind::permanent);

} // namespace inferd
