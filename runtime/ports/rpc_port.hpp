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

/// One JSON-RPC conversation with a node, over a socket that also carries its events. Live: a WebSocket to one of several
/// endpoints, opened again by itself when it ends; simulated: a function call. Knows nothing of Allora.
class RpcPort {
public:
  struct Answer {
    Verdict verdict{Verdict::NoAnswer}; ///< Accepted: `message` is the whole response, a result or an error in it
    boost::json::value message;         ///< the JSON-RPC response object, not yet trusted beyond being an object
    std::string reason;                 ///< when there is no answer: one sentence that names the endpoint
    std::string endpoint;
  };
  struct Listener {
    std::function<void(std::string endpoint)> opened;                     ///< a socket is open; nothing is subscribed yet
    std::function<void(std::string endpoint, std::string reason)> closed; ///< and every call under way has been answered
    std::function<void(boost::json::value frame)> event; ///< an object with `result` that answers no call: a subscription's
    /// May be null. Asked before a subscription's message is parsed; true: what is in it was heard, `event` need not be called.
    std::function<bool(std::string_view text)> skim;
  };
  virtual ~RpcPort() = default;

  /// Starts. Set once, before anything else; the callbacks come from one thread at a time.
  virtual void listen(Listener) = 0;

  /// Sends a request. Requests reach the node in the order of the calls and are not held back by answers still out.
  /// `done` is called exactly once, from any thread, within the deadline; at once with NoAnswer while no socket is open.
  virtual void call(std::string method, boost::json::object params, std::int64_t deadline_ms,
                    std::function<void(Answer)> done) = 0;

  /// Sends the same request to the best other endpoint, on a connection of its own. `done` as in call, or with nothing when
  /// there is no other that is known to be well.
  virtual void call_other(std::string method, boost::json::object params, std::int64_t deadline_ms,
                          std::function<void(std::optional<Answer>)> done) {
    (void)method, (void)params, (void)deadline_ms;
    done({});
  }

  /// Gives up the present endpoint, for a reason that counts against it, and goes to the next.
  virtual void leave(std::string reason) = 0;

  /// The best first. From any thread.
  virtual std::vector<EndpointState> endpoints() const { return {}; }
};

} // namespace inferd
