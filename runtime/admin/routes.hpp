#pragma once
// The admin port's paths. PLACE is a place in its text form (messages/place.hpp).
//
//   GET  /tree              the supervisors, their children, policies and states, nested
//   GET  /ps                one row per actor: place, kind, state, restarts, since,
//                           handled, waiting, busy_us, longest_us, in_hand, last_failure
//   GET  /mailbox/PLACE     its messages that wait, by type, and what it has in hand; also of an actor that hangs
//   GET  /inspect/PLACE     {"actor", "handled", "state"}; 404 no such place, 504 it does not answer
//   GET  /health            200 {"healthy": true} or 503 {"healthy": false, "reason": one sentence}
//   GET  /failures          newest first: at, supervisor, child, reason, message, restarts; of actors, and of windows that
//                           ended without an answer (child topic/ID, supervisor ledger)
//   POST /restart/PLACE     202
//   POST /log-level/LEVEL   200
// Errors are {"error": sentence}. The daemon adds its own routes (runtime/daemon/admin/operator_routes.hpp); openapi.json
// describes all.

#include "runtime/admin/admin_http.hpp"
#include "runtime/admin/admin_routes.hpp"
#include "runtime/admin/tree_port.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace inferd {

/// False: there is no such level.
using SetLogLevel = std::function<bool(const std::string& level)>;

/// The newest windows that ended without an answer, as failures of their topic's place, oldest first. Thread-safe.
using LostWindows = std::function<std::vector<Failure>()>;

AdminRoutes admin_routes(std::shared_ptr<TreePort>, SetLogLevel, LostWindows = {}, std::vector<AdminRoute> more = {});

} // namespace inferd
