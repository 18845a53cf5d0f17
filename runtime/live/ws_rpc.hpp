#pragma once

#include "messages/limits.hpp"
#include "runtime/endpoints/endpoint_health.hpp"
#include "runtime/live/io.hpp"
#include "runtime/ports/http_port.hpp"
#include "runtime/ports/rpc_port.hpp"

#include <vector>

namespace inferd {

/// What a node's answer to `status` says about it; `took_ms` is not its business.
using ProbeReader = std::function<EndpointProbe(const HttpAnswer&)>;

struct RpcSettings {
  std::vector<std::string> endpoints; ///< http(s), ws(s) or tcp URLs, the preferred one first
  std::int64_t connect_deadline_ms = limits::connect_deadline;
  std::int64_t silence_ms = 20'000; ///< a node that sends nothing, not even a pong, for so long is gone
  std::size_t max_message = limits::rpc_message;
  std::size_t max_calls = limits::calls_under_way;
  int patience = 3; ///< calls without an answer in a row, before the endpoint is left
  EndpointPolicy ranking;
  ProbeReader read_status; ///< with several endpoints: they are looked at from time to time; empty: never
  std::int64_t probe_ms = limits::probe_interval;
  std::int64_t probe_deadline_ms = limits::probe_deadline;
};

/// JSON-RPC over one WebSocket at a time. Throws std::invalid_argument, with a sentence that names the endpoint by its
/// place in the list, when an endpoint is no URL or there is none.
///
/// Beyond RpcPort: `closed` also reports attempts that never reached `opened`; more calls than `max_calls` are
/// answered Busy; a subscription the node cancels ends the connection, because its events would be missed silently. When
/// the port goes, what is under way is answered NoAnswer.
std::shared_ptr<RpcPort> make_rpc(IoThread&, RpcSettings);

} // namespace inferd
