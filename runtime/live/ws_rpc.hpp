#pragma once

#include "messages/limits.hpp"
#include "runtime/endpoints/endpoint_health.hpp"
#include "runtime/live/io.hpp"
#include "runtime/ports/http_port.hpp"
#include "runtime/ports/rpc_port.hpp"

#include <vector>

namespace inferd {

/// Evaluates the response to `status`; leaves `took_ms` to the caller.
using ProbeReader = std::function<EndpointProbe(const HttpAnswer&)>;

/// What an endpoint wants beside its URL.
struct RpcOptions {
  std::string websocket; ///< path of its WebSocket; empty: derived from the URL (parse_rpc_url)
  HttpHeaders headers;   ///< for the WebSocket's handshake and every POST; secret
};

struct RpcSettings {
  std::vector<std::string> endpoints; ///< http(s), ws(s) or tcp URLs, the preferred one first
  std::int64_t connect_deadline_ms = limits::connect_deadline;
  std::int64_t silence_ms = 20'000; ///< a connection without any frame, pongs included, for this long is closed
  std::size_t max_message = limits::rpc_message;
  std::size_t max_calls = limits::pending_calls;
  int max_unanswered = 3; ///< consecutive unanswered calls before the endpoint is left; two if nothing was received meanwhile
  EndpointPolicy ranking;
  ProbeReader read_status; ///< enables probes, given several endpoints
  std::int64_t probe_ms = limits::probe_interval;
  std::int64_t probe_deadline_ms = limits::probe_deadline;
  std::vector<RpcOptions> options; ///< of the endpoints, in their order; may be shorter
};

/// JSON-RPC over one WebSocket at a time. Throws std::invalid_argument if there is no endpoint or one is not a URL (named by
/// its position).
///
/// Beyond RpcPort: `closed` also reports attempts that never reached `opened`. More than `max_calls` pending calls are answered
/// Busy. A subscription cancelled by the node closes the connection, because its events would be lost silently. Destroying the
/// port answers pending calls with NoAnswer.
std::shared_ptr<RpcPort> make_rpc(IoThread&, RpcSettings);

} // namespace inferd
