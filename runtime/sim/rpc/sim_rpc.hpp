#pragma once

#include "runtime/endpoints/endpoint_health.hpp"
#include "runtime/ports/rpc_port.hpp"
#include "runtime/sim/rpc/node_faults.hpp"
#include "runtime/sim/world/random.hpp"
#include "runtime/sim/world/world.hpp"

#include <map>
#include <string>
#include <vector>

namespace inferd::sim {

/// RpcPort without sockets: calls are carried out on the world at once, answers and events wait until pump() delivers
/// those that are due. On one thread. The nodes are views of one chain, each with faults of its own;
/// only one is connected to at a time, chosen and left by the rules of the live port. With one node there is nothing to
/// choose: it is tried again after reconnect_ms.
class SimRpc : public RpcPort {
public:
  struct Node {
    std::string name; ///< the endpoint in answers
    Faults faults;
  };
  static constexpr std::int64_t reconnect_ms = 1'000;
  static constexpr std::int64_t probe_ms = 10'000;

  /// `clock`: what is due is told by it; null: the world's, which moves from block to block.
  SimRpc(World& world, std::uint64_t seed, std::vector<Node> nodes = {{"sim://node", {}}},
         std::shared_ptr<const ClockPort> clock = nullptr);

  void listen(Listener listener) override;
  void call(std::string method, boost::json::object params, std::int64_t deadline_ms,
            std::function<void(Answer)> done) override;
  void call_other(std::string method, boost::json::object params, std::int64_t deadline_ms,
                  std::function<void(std::optional<Answer>)> done) override;
  void leave(std::string reason) override;
  std::vector<EndpointState> endpoints() const override;

  /// Delivers what is due, and what that leads to, until nothing is. Returns how many deliveries there were.
  std::size_t pump();
  /// When pump() next has something to do; nothing: only when a block or a call comes.
  std::optional<Instant> next_due() const;

  Faults& faults(std::size_t node = 0) { return nodes_[node].faults; }
  bool connected() const { return connected_; }
  const std::string& endpoint() const { return nodes_[node_].name; }
  void disconnect(const std::string& reason) { end(reason, true); } ///< the socket ends now

private:
  Faults& present() { return nodes_[node_].faults; }
  std::int64_t head(std::size_t node) const; ///< the height it shows
  void at(std::int64_t when, std::function<void()> then);
  std::int64_t next_delivery(); ///< now, and a delay; never before what is already on its way
  void connect();
  void end(const std::string& reason, bool fault);
  void probe();
  void probe_node(std::size_t node);
  std::optional<std::size_t> in_use() const { return connected_ ? std::optional(node_) : std::nullopt; }
  std::int64_t now() const { return clock_->now().value; }
  double jitter() { return nodes_.size() > 1 ? static_cast<double>(random_.next() >> 11) * 0x1p-53 : 0; }
  void on_block();
  void publish();
  void finish(std::uint64_t call, Answer answer);
  Answer carried_out(std::size_t node, const std::string& method, boost::json::object params);
  void distort(std::size_t node, const std::string& method, boost::json::value& response);

  World& world_;
  std::shared_ptr<const ClockPort> clock_;
  Random random_;
  std::vector<Node> nodes_;
  EndpointHealth health_;
  std::size_t node_ = 0;
  Listener listener_;
  bool connected_ = false;
  std::uint64_t connection_ = 0; ///< counts connections; what belongs to an older one is not delivered
  Session session_;
  std::uint64_t next_call_ = 0;
  std::map<std::uint64_t, std::function<void(Answer)>> under_way_;
  std::multimap<std::int64_t, std::function<void()>> queue_; ///< by due time; equal times in the order of arrival
  std::int64_t last_delivery_ = 0;
  std::uint64_t busy_ = 0;     ///< answers of 429 and 503 so far
  std::int64_t published_ = 0; ///< the newest block published to this connection
  std::shared_ptr<World::OnBlock> token_;
};

} // namespace inferd::sim
