#pragma once

#include "messages/candles.hpp"
#include "runtime/sim/world/sim_clock.hpp"
#include "runtime/sim/rpc/node_rpc.hpp"
#include "runtime/sim/rpc/sim_server.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

namespace inferd::sim {

struct WorldSettings {
  ChainSettings chain;                                ///< genesis and truth are filled in from what follows
  Instant start;                                      ///< what the world's clock shows when it begins
  std::int64_t block_ms = 500;                        ///< the world's time from block to block
  double speed = 1;                                   ///< the world's milliseconds per real one, while it runs by itself
  std::vector<std::pair<std::string, Amount>> funded; ///< in the order of their account numbers
  std::vector<std::string> registered;                ///< workers that every topic knows from the start
  std::vector<Candle> candles;                        ///< what scores are measured against; empty: nothing is ever scored
  std::int64_t horizon_hours = 168;
};

/// One node of a simulated chain with its clock. Either driven by hand with step(), in virtual time and on one thread; or
/// by itself: serve() puts it on a port, run() makes blocks. Thread-safe, but for what step() may be mixed with.
class World {
public:
  using Mount = std::function<Server::Delayed(const HttpRequest&)>;
  using OnBlock = std::function<void(const Block&)>;

  explicit World(WorldSettings settings);
  ~World();

  std::shared_ptr<SimClock> clock() const { return clock_; }

  /// The next block: the clock moves on by `block_ms` unless it runs by itself. Subscribers hear of it before this returns.
  void step();
  /// Steps until the chain is that high.
  void step_to(std::int64_t height);
  /// Called with every new block, under the world's lock, until the returned token is dropped.
  std::shared_ptr<OnBlock> on_block(OnBlock then);

  /// JSON-RPC at /, WebSocket at /websocket, and each mount where a path begins with its prefix. Throws
  /// std::runtime_error that names a taken port. Returns the port.
  std::uint16_t serve(std::uint16_t port, std::vector<std::pair<std::string, Mount>> mounts = {});
  void run();  ///< a block every block_ms / speed real milliseconds, on a thread
  void stop(); ///< no more blocks; the server stays

  /// `f(ChainState&)` with nothing else going on. Its result is returned.
  template <class F> auto with_chain(F f) {
    std::lock_guard lock(mutex_);
    return f(chain_);
  }
  template <class F> auto with_rpc(F f) {
    std::lock_guard lock(mutex_);
    return f(rpc_);
  }

private:
  Server::Delayed on_http(const HttpRequest& request);
  std::string on_message(Server::Client client, std::string_view text);

  WorldSettings settings_;
  std::shared_ptr<SimClock> clock_;
  std::mutex mutex_; ///< of all below
  ChainState chain_;
  Rpc rpc_{chain_};
  std::vector<std::weak_ptr<OnBlock>> watchers_;
  std::unordered_map<Server::Client, Session> sessions_;
  std::vector<std::pair<std::string, Mount>> mounts_;
  bool running_ = false;
  std::condition_variable stopped_;
  std::thread blocks_;
  std::unique_ptr<Server> server_; ///< ends first: its thread uses the rest
};

} // namespace inferd::sim
