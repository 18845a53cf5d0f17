#pragma once
// Looks at the endpoints from time to time, so that it is known where to go before it is needed. A look is one `status` over
// HTTP, on a connection of its own: the socket that carries events and broadcasts has nothing to do with it.

#include "runtime/endpoints/endpoint_health.hpp"
#include "runtime/endpoints/url.hpp"
#include "runtime/live/ws_rpc.hpp"

#include <functional>
#include <memory>

namespace inferd {

/// {"jsonrpc":"2.0","id":7,"method":"status","params":{}}
std::string request_text(std::uint64_t id, std::string_view method, const boost::json::object& params);

/// Where a node takes JSON-RPC by POST: the endpoint's address without /websocket.
std::string post_url(const Url&);

/// All on the io thread. In a round everyone who does not rest is looked at, the node in use after the others.
class EndpointProber : public std::enable_shared_from_this<EndpointProber> {
public:
  struct Callbacks {
    std::function<std::optional<std::size_t>()> which; ///< the endpoint in use; none between two
    std::function<void(const EndpointHealth::Leave&)> leave;
    std::function<void()> changed; ///< the ranking may have
    std::function<double()> jitter;
  };
  EndpointProber(IoThread&, const RpcSettings&, const std::vector<Url>&, EndpointHealth&);
  ~EndpointProber();

  void start(Callbacks);
  void stop();

  /// The same request to one endpoint, by POST; `done` once, within the deadline.
  void post(std::size_t endpoint, std::string text, std::int64_t deadline_ms, std::function<void(RpcPort::Answer)> done);

private:
  struct Timer; // keeps Asio out of this header
  void wait(std::int64_t ms);
  void round();
  void probe(std::size_t endpoint, std::function<void()> then);

  IoThread& io_;
  const ProbeReader read_probe_;
  const std::int64_t look_ms_, deadline_ms_;
  std::vector<Url> urls_;
  EndpointHealth& health_;
  std::shared_ptr<HttpPort> http_;
  std::unique_ptr<Timer> timer_;
  Callbacks present_;
  bool stopped_ = false;
};

} // namespace inferd
