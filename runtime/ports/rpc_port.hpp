#pragma once

#include "messages/verdict.hpp"
#include "runtime/ports/endpoint_state.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inferd {

/// JSON-RPC session with a node over a socket that also carries subscription events. Live: a WebSocket to one of several
/// endpoints, with reconnects; simulation: a function call. Independent of Allora.
class RpcPort {
public:
  struct Answer {
    Verdict verdict{Verdict::NoAnswer}; ///< Accepted: `message` is the response, a result or an error
    boost::json::value message;         ///< the JSON-RPC response, untrusted; only known to be an object
    std::string reason;                 ///< without a response: one sentence that names the endpoint
    std::string endpoint;
  };
  struct Listener {
    std::function<void(std::string endpoint)> opened;                     ///< the socket is open; nothing is subscribed yet
    std::function<void(std::string endpoint, std::string reason)> closed; ///< after every pending call was answered
    std::function<void(boost::json::value frame)> event;                  ///< an object with `result` that answers no call
    /// Optional. Gets a subscription's message before it is parsed; true: it is handled and `event` is not called.
    std::function<bool(std::string_view text)> scan;
  };
  virtual ~RpcPort() = default;

  /// Starts the session. Called once, before any other call; callbacks come from one thread at a time.
  virtual void listen(Listener) = 0;

  /// Sends a request without waiting for pending answers; requests reach the node in call order. `done` is called exactly once,
  /// from any thread, within the deadline; at once with NoAnswer while no socket is open.
  virtual void call(std::string method, boost::json::object params, std::int64_t deadline_ms,
                    std::function<void(Answer)> done) = 0;

  /// Sends the request to the best other endpoint over a separate connection. `done` as in call, or with nothing when no other
  /// endpoint is healthy.
  virtual void call_other(std::string method, boost::json::object params, std::int64_t deadline_ms,
                          std::function<void(std::optional<Answer>)> done) {
    (void)method, (void)params, (void)deadline_ms;
    done({});
  }

  /// The same to every other endpoint that is out of backoff, concurrently. Calls `each` once for each of them, from any
  /// thread, with the number of answers still missing; once with nothing and 0 when there is none.
  using Each = std::function<void(std::optional<Answer>, std::size_t left)>;
  virtual void call_others(std::string method, boost::json::object params, std::int64_t deadline_ms, Each each) {
    (void)method, (void)params, (void)deadline_ms;
    each({}, 0);
  }

  /// Drops the endpoint in use, counts it as failed for `reason`, and connects to the next.
  virtual void leave(std::string reason) = 0;

  /// Best first. From any thread.
  virtual std::vector<EndpointState> endpoints() const { return {}; }
};

} // namespace inferd
