#pragma once
// Probes the endpoints periodically, so that their health is known before a change. A probe is one `status` by HTTP POST,
// independent of the socket that carries events and broadcasts.

#include "runtime/endpoints/endpoint_health.hpp"
#include "runtime/endpoints/url.hpp"
#include "runtime/live/ws_rpc.hpp"

#include <functional>
#include <memory>

namespace inferd {

/// {"jsonrpc":"2.0","id":7,"method":"status","params":{}}
std::string request_text(std::uint64_t id, std::string_view method, const boost::json::object& params);

/// An error object of a node without the endpoint's secrets: gateways repeat keys in their refusals.
boost::json::value without_secrets(const boost::json::value& error, const std::vector<std::string>& secrets);

/// On the io thread. A round probes every endpoint that is not in backoff, then the endpoint in use.
class EndpointProber : public std::enable_shared_from_this<EndpointProber> {
public:
  struct Callbacks {
    std::function<std::optional<std::size_t>()> which; ///< the endpoint in use; none between connections
    std::function<void(const EndpointHealth::Leave&)> leave;
    std::function<void()> changed; ///< the ranking may differ
    std::function<double()> jitter;
  };
  EndpointProber(IoThread&, const RpcSettings&, const std::vector<RpcUrl>&, EndpointHealth&);
  ~EndpointProber();

  void start(Callbacks);
  void stop();

  /// Sends a request to one endpoint by POST. Calls `done` once, within the deadline.
  void post(std::size_t endpoint, std::string text, std::int64_t deadline_ms, std::function<void(RpcPort::Answer)> done);

private:
  struct Timer; // keeps Asio out of this header
  void wait(std::int64_t ms);
  void round();
  void probe(std::size_t endpoint, std::function<void()> then);

  IoThread& io_;
  const ProbeReader read_probe_;
  const std::int64_t probe_ms_, deadline_ms_;
  const std::vector<RpcUrl> urls_;
  EndpointHealth& health_;
  std::shared_ptr<HttpPort> http_;
  std::unique_ptr<Timer> timer_;
  Callbacks callbacks_;
  bool stopped_ = false;
};

} // namespace inferd
