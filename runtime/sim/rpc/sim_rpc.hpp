#pragma once

#include "base/split_mix.hpp"
#include "runtime/endpoints/endpoint_health.hpp"
#include "runtime/ports/rpc_port.hpp"
#include "runtime/sim/rpc/node_faults.hpp"
#include "runtime/sim/world/world.hpp"

#include <map>
#include <string>
#include <vector>

namespace inferd::sim {

/// RpcPort without sockets. Calls are executed on the world at once; pump() delivers answers and events that are due.
/// Single-threaded. The nodes are views of one chain, each with its own faults. One is connected at a time, chosen by
/// EndpointHealth as in the live port. A single node is retried after reconnect_ms.
class SimRpc : public RpcPort {
public:
  struct Node {
    std::string name; ///< its name as an endpoint
    Faults faults;
  };
  static constexpr std::int64_t reconnect_ms = 1'000;
  static constexpr std::int64_t probe_ms = 10'000;

  /// `clock` decides what is due; null: the world's, which advances with each block.
  SimRpc(World& world, std::uint64_t seed, std::vector<Node> nodes = {{"sim://node", {}}},
         std::shared_ptr<const ClockPort> clock = nullptr);

  void listen(Listener listener) override;
  void call(std::string method, boost::json::object params, std::int64_t deadline_ms,
            std::function<void(Answer)> done) override;
  void call_other(std::string method, boost::json::object params, std::int64_t deadline_ms,
                  std::function<void(std::optional<Answer>)> done) override;
  void call_others(std::string method, boost::json::object params, std::int64_t deadline_ms, Each each) override;
  void leave(std::string reason) override;
  std::vector<EndpointState> endpoints() const override;

  /// Delivers what is due, including what follows from it. Returns the number of deliveries.
  std::size_t pump();
  /// When the next delivery is due; nothing: only after a block or a call.
  std::optional<Instant> next_due() const;

  Faults& faults(std::size_t node = 0) { return nodes_[node].faults; }
  bool connected() const { return connected_; }
  const std::string& endpoint() const { return nodes_[node_].name; }
  void disconnect(const std::string& reason) { end(reason, true); } ///< closes the socket

private:
  Faults& present() { return nodes_[node_].faults; }
  std::int64_t head(std::size_t node) const; ///< the height that it reports
  void at(std::int64_t when, std::function<void()> then);
  std::int64_t next_delivery(); ///< now plus the latency, not before earlier deliveries
  void connect();
  void end(const std::string& reason, bool fault);
  void probe();
  void probe_node(std::size_t node);
  std::optional<std::size_t> in_use() const { return connected_ ? std::optional(node_) : std::nullopt; }
  std::int64_t now() const { return clock_->now().value; }
  double jitter() { return nodes_.size() > 1 ? random_.uniform() : 0; }
  void call_node(std::size_t node, const std::string& method, boost::json::object params, std::int64_t deadline_ms,
                 std::function<void(Answer)> done); ///< by a connection of its own
  void on_block();
  void publish();
  void finish(std::uint64_t call, Answer answer);
  std::optional<boost::json::object> refused_by_other_mempool(const boost::json::object& params);
  Answer execute(std::size_t node, const std::string& method, boost::json::object params);
  void distort(std::size_t node, const std::string& method, std::int64_t head_height, boost::json::value& response);

  World& world_;
  std::shared_ptr<const ClockPort> clock_;
  SplitMix64 random_;
  std::vector<Node> nodes_;
  EndpointHealth health_;
  std::size_t node_ = 0;
  Listener listener_;
  bool connected_ = false;
  std::uint64_t connection_ = 0; ///< connection number; deliveries of earlier connections are dropped
  Session session_;
  std::uint64_t next_call_ = 0;
  std::map<std::uint64_t, std::function<void(Answer)>> pending_;
  std::multimap<std::int64_t, std::function<void()>> queue_; ///< by due time; equal times in order of insertion
  std::int64_t last_delivery_ = 0;
  std::uint64_t busy_ = 0;     ///< number of 429 and 503 answers
  std::int64_t published_ = 0; ///< height of the last block published on this connection
  std::shared_ptr<World::OnBlock> token_;
};

} // namespace inferd::sim
