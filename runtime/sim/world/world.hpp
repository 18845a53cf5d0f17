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
  ChainSettings chain;                                ///< genesis is set from `start`; truth, if unset, from `candles`
  Instant start;                                      ///< initial value of the world's clock
  std::int64_t block_ms = 500;                        ///< simulated time between blocks
  double speed = 1;                                   ///< simulated milliseconds per real millisecond while run() is active
  std::vector<std::pair<std::string, Amount>> funded; ///< in the order of account numbers
  std::vector<std::string> registered;                ///< workers registered in every topic at genesis
  std::vector<Candle> candles; ///< source of the truth for scores; empty, and no chain.truth: nothing is scored
  std::int64_t horizon_hours = 168;
};

/// A simulated chain node with its clock. Either driven by step() in virtual time, or by run(), which makes blocks on a thread;
/// serve() adds a server. Thread-safe; use step() or run(), not both.
class World {
public:
  using Mount = std::function<Server::Delayed(const HttpRequest&)>;
  using OnBlock = std::function<void(const Block&)>;

  explicit World(WorldSettings settings);
  ~World();

  std::shared_ptr<SimClock> clock() const { return clock_; }

  /// Makes the next block. Advances the clock by `block_ms` unless run() does. Notifies subscribers before it returns.
  void step();
  /// Steps until the chain has this height.
  void step_to(std::int64_t height);
  /// Calls `then` for every new block, under the world's lock, until the token is dropped.
  std::shared_ptr<OnBlock> on_block(OnBlock then);

  /// Serves JSON-RPC at /, WebSocket at /websocket and each mount at its path prefix. Throws std::runtime_error, naming the
  /// port. Returns the port.
  std::uint16_t serve(std::uint16_t port, std::vector<std::pair<std::string, Mount>> mounts = {});
  void run();  ///< a block every block_ms / speed real milliseconds, on a thread
  void stop(); ///< ends run(); the server continues

  /// Calls `f(ChainState&)` under the lock and returns its result.
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
  std::mutex mutex_; ///< guards the members below
  ChainState chain_;
  Rpc rpc_{chain_};
  std::vector<std::weak_ptr<OnBlock>> watchers_;
  std::unordered_map<Server::Client, Session> sessions_;
  std::vector<std::pair<std::string, Mount>> mounts_;
  bool running_ = false;
  std::condition_variable stopped_;
  std::thread blocks_;
  std::unique_ptr<Server> server_; ///< destroyed first: its thread uses the other members
};

} // namespace inferd::sim
