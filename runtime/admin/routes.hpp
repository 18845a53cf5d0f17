#pragma once
// The admin port's paths. PLACE is a place in its text form (messages/place.hpp).
//
//   GET  /tree              the supervisors, their children, policies and states, nested
//   GET  /ps                one row per actor: place, kind, state, restarts, since, waiting, handled
//   GET  /inspect/PLACE     {"actor", "handled", "state"}; 404 no such place, 504 it does not answer
//   GET  /health            200 {"healthy": true} or 503 {"healthy": false, "reason": one sentence}
//   GET  /failures          newest first: at, supervisor, child, reason, message, restarts; of actors, and of windows that
//                           ended without an answer (child topic/ID, supervisor ledger)
//   GET  /metrics           Prometheus' text format
//   POST /restart/PLACE     202
//   POST /log-level/LEVEL   200
// Errors are {"error": sentence}.

#include "runtime/admin/admin_http.hpp"
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

AdminHandler admin_routes(std::shared_ptr<TreePort>, SetLogLevel, LostWindows = {});

} // namespace inferd
