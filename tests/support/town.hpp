#pragma once
// The whole of it in one process, one thread and virtual time: the simulated chain behind its JSON-RPC, the simulated market
// behind its HTTP forms, and the daemon's real tree between them. Only sockets and threads are missing.

#include "model/candles_csv.hpp"
#include "model/trainer.hpp"
#include "runtime/books/sqlite_books.hpp"
#include "runtime/chain/comet_chain.hpp"
#include "runtime/daemon/tree.hpp"
#include "runtime/market/market.hpp"
#include "runtime/sim/market.hpp"
#include "runtime/sim/sim_rpc.hpp"
#include "runtime/sim/world.hpp"
#include "tests/support/keys.hpp"
#include "tests/support/world.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace inferd::test {

/// A folder of its own, gone with the object.
class TempDir {
public:
  TempDir() {
    std::string name = (std::filesystem::temp_directory_path() / "inferd-XXXXXX").string();
    if (!::mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::string operator/(const std::string& file) const { return (path_ / file).string(); }

private:
  std::filesystem::path path_;
};

inline const CandleFile& history() {
  static const auto file = read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1h.csv");
  return file;
}

/// A model that always says `value`.
inline std::shared_ptr<const Model> constant(double value) {
  return std::make_shared<Model>(constant_model({.topic = 1, .symbol = "btcusd"}, value), "constant.json");
}

/// The way to the books, which ends with the process: an actor that is being ended by a kill writes nothing more.
class Mortal : public StorePort {
public:
  explicit Mortal(std::shared_ptr<StorePort> store) : store_(std::move(store)) {}
  bool dead = false;

  void together(const std::function<void()>& calls) override { alive().together(calls); }
  void opened(const Wallet& w, const WindowOpened& m) override { alive().opened(w, m); }
  std::variant<Granted, ClaimRefused> claim(const ClaimNonce& m) override { return alive().claim(m); }
  void store(const StoreSigned& m) override { alive().store(m); }
  void mark(const MarkSent& m) override { alive().mark(m); }
  void book(const BookOutcome& m) override { alive().book(m); }
  void delay(const Wallet& w, const WindowDelayed& m) override { alive().delay(w, m); }
  void skip(const Wallet& w, const WindowSkipped& m, Instant at) override { alive().skip(w, m, at); }
  void closed(const Wallet& w, const WindowClosed& m) override { alive().closed(w, m); }
  void missed(const Wallet& w, const MissedWindow& m) override { alive().missed(w, m); }
  void score(const BookScore& m) override { alive().score(m); }
  void reward(const BookReward& m) override { alive().reward(m); }
  void conclusion(const Wallet& w, const BookConclusion& m) override { alive().conclusion(w, m); }
  Unresolved unresolved(const Wallet& w) override { return alive().unresolved(w); }
  Height last_nonce(const Wallet& w, TopicId t) override { return alive().last_nonce(w, t); }
  BooksSummary summary(const Wallet& w) override { return alive().summary(w); }

private:
  StorePort& alive() {
    if (dead) throw StoreFailure("the process was killed");
    return *store_;
  }
  std::shared_ptr<StorePort> store_;
};

struct TownSettings {
  std::uint64_t seed = 0; ///< of faults and of the actors' interleaving; 0: in order
  std::vector<sim::TopicSettings> topics = {{.id = 1, .epoch_length = 12, .window_length = 6, .ground_truth_lag = 12}};
  std::int64_t block_ms = 1'000;
  std::uint64_t funds = 1'000'000'000'000;
  bool registered = true;
  std::vector<sim::SimRpc::Node> nodes = {{"sim://node", {}}};
  std::string chain_id = "localnet"; ///< what the daemon is configured for
  bool dry_run = false, may_register = true;
  std::size_t max_block_txs = 0; ///< a block takes so many transactions; 0: all
};

class Town {
public:
  /// `shared`: the chain of another town, as two machines share one; it makes the blocks for both.
  explicit Town(TownSettings s = {}, std::shared_ptr<StorePort> store = nullptr, sim::World* shared = nullptr)
    : settings(std::move(s)), own_chain(shared ? nullptr : std::make_unique<sim::World>(world_settings(settings))),
      chain(shared ? *shared : *own_chain), actors(settings.seed),
      rpc(std::make_shared<sim::SimRpc>(chain, settings.seed, settings.nodes)),
      market(std::make_shared<sim::SimMarket>(sim::moved_to(history().candles, 4'000, World::start),
                                              [this] { return actors.clock->now(); })),
      http(std::make_shared<sim::SimHttp>(market)), store(std::move(store)) {
    if (!this->store) this->store = std::make_shared<SqliteBooks>(dir / "books.db", SqliteBooks::Options{.views = false});
    plan->chain = make_comet_chain(
      rpc, {.chain_id = settings.chain_id, .wallet = signer()->wallet(), .clock = actors.clock, .on_oddity = {}});
    plan->signer = signer();
    killed = std::make_shared<Mortal>(this->store);
    plan->store = killed;
    actors.on_rest = [this] { return rpc->pump() > 0; };
    plan->threads = false;
    plan->seed = settings.seed;
    plan->ledger.wallet = plan->watcher.wallet = plan->submitter.wallet = signer()->wallet();
    plan->submitter.chain_id = settings.chain_id;
    plan->submitter.dry_run = settings.dry_run;
    plan->submitter.may_register = settings.may_register;
    const auto prices = market::make_market({.symbol = "btcusd", .sources = {{.kind = "binance", .url = "http://sim"}}}, http,
                                            actors.clock, market::make_inline_worker());
    for (const auto& t : settings.topics) {
      plan->watcher.topics.push_back({t.id});
      plan->topics.push_back({{.topic = {t.id}}, {.topic = {t.id}, .sources = {{"binance"}}}, {{t.id}, constant(0.0123)}, prices});
    }
  }
  ~Town() { stop(); }

  /// Starts the tree. A second call starts another after stop().
  void start() {
    RootDuties duties{.wallet = signer()->wallet(), .on_alive = {}, .on_stopped = [this] { stopped = true; },
                      .on_exhausted = [this](const std::string& why) { exhausted = why; }};
    spawn_supervisor(actors.system, actors.around, make_tree(actors.around, plan), std::move(duties));
    settle();
  }
  /// kill -9: nobody says goodbye, and what was not in the books is gone.
  void stop() {
    actors.go_on();
    killed->dead = true;
    actors.end_everyone();
    killed->dead = false;
    plan->ledger.queue = std::make_shared<LedgerQueue>();
  }
  /// As stop, and the sockets end with the process.
  void kill() {
    stop();
    rpc->disconnect("the process was killed");
  }

  /// One block, and its time.
  void block() {
    chain.step();
    settle();
    if (!actors.halted()) actors.advance(settings.block_ms);
  }
  void blocks(int n) {
    while (n-- > 0 && !actors.halted()) block();
  }
  void settle() { actors.settle(); }

  TownSettings settings;
  TempDir dir;
  std::unique_ptr<sim::World> own_chain;
  sim::World& chain;
  World actors;
  std::shared_ptr<sim::SimRpc> rpc;
  std::shared_ptr<sim::SimMarket> market;
  std::shared_ptr<sim::SimHttp> http;
  std::shared_ptr<StorePort> store;
  std::shared_ptr<Mortal> killed;
  std::shared_ptr<TreePlan> plan = std::make_shared<TreePlan>();
  bool stopped = false;
  std::string exhausted;

private:
  static sim::WorldSettings world_settings(const TownSettings& s) {
    sim::WorldSettings w;
    w.start = World::start;
    w.block_ms = s.block_ms;
    w.chain.topics = s.topics;
    w.chain.max_block_txs = s.max_block_txs;
    w.chain.seed = s.seed;
    const auto us = signer()->wallet().address;
    if (s.funds > 0) w.funded = {{us, sim::Amount{s.funds}}};
    if (s.registered) w.registered = {us};
    w.candles = sim::moved_to(history().candles, 4'000, World::start);
    return w;
  }
};

} // namespace inferd::test
