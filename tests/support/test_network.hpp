#pragma once
// The whole system in one process, one thread and virtual time: the simulated chain behind its JSON-RPC, the simulated market
// behind its HTTP formats, and the daemon's real actor tree. Only sockets and threads are replaced.

#include "model/inputs/candles_csv.hpp"
#include "model/training/trainer.hpp"
#include "runtime/books/sqlite_books.hpp"
#include "runtime/chain/comet/comet_chain.hpp"
#include "runtime/config/fee_caps.hpp"
#include "runtime/daemon/actor_tree.hpp"
#include "runtime/market/market.hpp"
#include "runtime/sim/market/sim_market.hpp"
#include "runtime/sim/chain/network_preset.hpp"
#include "runtime/sim/rpc/sim_rpc.hpp"
#include "runtime/sim/world/world.hpp"
#include "tests/support/test_keys.hpp"
#include "tests/support/crashable_store.hpp"
#include "tests/support/virtual_actor_system.hpp"

#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <vector>

namespace inferd::test {

/// A temporary folder, removed by the destructor.
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

/// A model that always predicts `value`.
inline std::shared_ptr<const Model> constant(double value) {
  return std::make_shared<Model>(constant_model({.topic = 1, .symbol = "btcusd"}, value), "constant.json");
}

/// The network whose prices and emissions a test has: INFERD_TEST_NETWORK, or "local". Tests may run once for each.
inline const sim::NetworkPreset& test_preset() {
  const auto* name = std::getenv("INFERD_TEST_NETWORK");
  const auto* preset = sim::network_preset(name ? name : "local");
  if (!preset) throw std::runtime_error("INFERD_TEST_NETWORK names no network");
  return *preset;
}

struct TestNetworkSettings {
  std::uint64_t seed = 0; ///< of faults and actor scheduling; 0: in order
  std::vector<sim::TopicSettings> topics = {{.id = 1, .epoch_length = 12, .window_length = 6, .ground_truth_lag = 12}};
  std::map<std::uint64_t, std::string> symbols = {}; ///< of topics; btcusd unless named. Each has a market of its own
  std::int64_t block_ms = 1'000;
  const sim::NetworkPreset* preset = &test_preset(); ///< its prices, emissions, and fee caps; not its chain id
  std::uint64_t funds = 1'000'000'000'000;           ///< times the preset's gas price
  bool registered = true;
  std::vector<sim::SimRpc::Node> nodes = {{"sim://node", {}}};
  std::string chain_id = "localnet"; ///< as configured for the daemon
  bool dry_run = false, may_register = true;
  std::size_t max_block_txs = 0;                           ///< transactions per block; 0: unlimited
  bool second_source = false;                              ///< a second market in tiingo's format, after binance's
  std::size_t kept_blocks = 2'000, mempool_cache = 10'000; ///< of the node
  std::size_t past_states = 0;                             ///< sim::ChainSettings::past_states
  bool views = false, candle_cache = false;                ///< optional files of the daemon
};

/// Markets, distinguished by the prefix of their URL.
class Markets : public HttpPort {
public:
  void add(const std::string& url, std::shared_ptr<sim::SimMarket> market) { markets_.try_emplace(url, std::move(market)); }
  void ask(HttpRequest request, Done done) override {
    for (auto& [url, market] : markets_)
      if (request.url.starts_with(url)) return market.ask(std::move(request), std::move(done));
    done(HttpFailed{"no market at " + request.url});
  }
  std::uint64_t requests(const std::string& url) const { return markets_.at(url).requests(); }
  std::uint64_t requests() const {
    std::uint64_t sum = 0;
    for (const auto& [url, market] : markets_) sum += market.requests();
    return sum;
  }

private:
  std::map<std::string, sim::SimHttp> markets_;
};

class TestNetwork {
public:
  /// `shared`: the chain of another TestNetwork, which makes the blocks for both.
  explicit TestNetwork(TestNetworkSettings s = {}, std::shared_ptr<StorePort> store = nullptr, sim::World* shared = nullptr)
    : settings(std::move(s)), own_chain(shared ? nullptr : std::make_unique<sim::World>(world_settings(settings))),
      chain(shared ? *shared : *own_chain), actors(settings.seed),
      rpc(std::make_shared<sim::SimRpc>(chain, settings.seed, settings.nodes, actors.steady)), market(make_market("btcusd")),
      second_market(make_market("btcusd")), store(std::move(store)) {
    if (!this->store) this->store = open_books();
    plan->chain = make_comet_chain(
      rpc, {.chain_id = settings.chain_id, .wallet = signer()->wallet(), .clock = actors.clock, .on_malformed = {}});
    plan->signer = signer();
    crashable = std::make_shared<CrashableStore>(this->store);
    plan->store = crashable;
    actors.context.on_delivery = [this, tape = actors.context.on_delivery](const Delivery& d) { tape(d), fail_allocation(); };
    actors.on_idle = [this] { return rpc->pump() > 0; };
    actors.next_due = [this] { return rpc->next_due(); };
    plan->threads = false;
    plan->seed = settings.seed;
    plan->ledger.group_commit_ms = limits::books_group_commit;
    plan->ledger.wallet = plan->watcher.wallet = plan->submitter.wallet = signer()->wallet();
    plan->submitter.chain_id = settings.chain_id;
    const auto caps = usual_fee_caps(settings.preset->chain_id);
    plan->submitter.fees.fee_cap = caps.transaction;
    plan->ledger.day_cap = caps.day;
    plan->submitter.dry_run = settings.dry_run;
    plan->submitter.may_register = settings.may_register;
    http->add("http://first", market);
    http->add("http://second", second_market);
    for (const auto& t : settings.topics) {
      const auto named = settings.symbols.find(t.id);
      auto& feed = feed_of({named == settings.symbols.end() ? "btcusd" : named->second}).fetcher;
      feed.subscribers.push_back({.topic = {t.id}});
      plan->watcher.topics.push_back({t.id});
      plan->topics.push_back({{.topic = {t.id}, .feed = feed.feed}, {{t.id}, constant(0.0123)}});
    }
  }
  ~TestNetwork() { stop(); }

  /// Starts the tree; may be called again after stop().
  void start() {
    RootDuties duties{.wallet = signer()->wallet(),
                      .on_alive = {},
                      .on_stopped = [this] { stopped = true; },
                      .on_exhausted = [this](const std::string& why) { exhausted = why; }};
    spawn_supervisor(actors.system, actors.context, make_tree(actors.context, plan), std::move(duties));
    settle();
  }
  /// Kills the process within a handler: no further writes, no further messages, and the message being handled is lost. Throws;
  /// kill() must follow.
  [[noreturn]] void crash() {
    if (!std::exchange(crashable->dead, true)) actors.halt_after(0);
    throw std::runtime_error("killed by the test");
  }
  /// kill -9: ends all actors without shutdown; only the books survive.
  void stop() {
    actors.resume();
    crashable->dead = true;
    actors.kill_all_actors();
    crashable->dead = false;
    exhausted.clear();
    plan->ledger.queue = std::make_shared<LedgerQueue>();
  }
  /// stop(), and closes the sockets.
  void kill() {
    stop();
    rpc->disconnect("the process was killed");
    actors.set_time(chain.clock()->now());
  }
  /// SIGTERM: drains for at most the daemon's deadline. False: the process did not end in time. A root that fails while
  /// stopping (no memory) also ends it, and so does a kill that was due.
  bool drain() {
    stopped = false;
    if (const auto root = actors.context.directory->find(root_role))
      caf::anon_send(root, Drain{"SIGTERM", Instant{actors.clock->now().value + limits::stop_deadline}});
    const auto patience = limits::stop_deadline + limits::tree_stop_deadline;
    const auto over = [this] { return stopped || !exhausted.empty() || actors.halted(); };
    for (std::int64_t waited = 0; !over() && waited <= patience; waited += settings.block_ms) block();
    const auto in_time = over();
    kill();
    return in_time;
  }
  /// Reopens the books; only while the process is stopped.
  void open_again() {
    crashable->books = store = nullptr; // one process writes them at a time
    crashable->books = store = open_books();
  }
  std::shared_ptr<StorePort> open_books() const {
    return std::make_shared<SqliteBooks>(dir / "books.db", SqliteBooks::Options{.views = settings.views});
  }

  /// Called at every delivery; throws std::bad_alloc as configured.
  void fail_allocation() {
    if (short_of_memory > 0 && ++handled_ % short_of_memory == 0) throw std::bad_alloc();
  }

  /// Makes a block and advances its time.
  void block() {
    chain.step();
    if (on_block) on_block();
    settle();
    if (!actors.halted()) actors.advance(settings.block_ms);
  }
  void blocks(int n) {
    while (n-- > 0 && !actors.halted()) block();
  }
  void settle() { actors.settle(); }

  TestNetworkSettings settings;
  TempDir dir;
  std::unique_ptr<sim::World> own_chain;
  sim::World& chain;
  VirtualActorSystem actors;
  std::shared_ptr<sim::SimRpc> rpc;
  std::shared_ptr<sim::SimMarket> market, second_market;
  std::shared_ptr<Markets> http = std::make_shared<Markets>();
  std::shared_ptr<StorePort> store;
  std::shared_ptr<CrashableStore> crashable;
  std::shared_ptr<TreePlan> plan = std::make_shared<TreePlan>();
  std::function<void()> on_block;    ///< called at every block, before the daemon receives it
  std::uint64_t short_of_memory = 0; ///< n > 0: every n-th message fails with std::bad_alloc
  bool stopped = false;
  std::string exhausted; ///< not empty: the tree gave up and the process would have ended

private:
  std::uint64_t handled_ = 0;
  std::shared_ptr<sim::SimMarket> make_market(const std::string& symbol) {
    return std::make_shared<sim::SimMarket>(
      sim::moved_to(history().candles, 4'000, VirtualActorSystem::start), [this] { return actors.steady->now(); },
      sim::SimMarketSettings{.symbol = symbol});
  }
  FeedPlan& feed_of(const FeedId& id) {
    for (auto& feed : plan->feeds)
      if (feed.fetcher.feed == id) return feed;
    const auto url = id.symbol == "btcusd" ? std::string("http://first") : "http://" + id.symbol;
    if (id.symbol != "btcusd") http->add(url, make_market(id.symbol));
    market::MarketSettings sources{.symbol = id.symbol, .sources = {{.kind = "binance", .url = url}}};
    if (settings.second_source && id.symbol == "btcusd")
      sources.sources.push_back({.kind = "tiingo", .url = "http://second", .token = market::Token("sim-token")});
    if (settings.candle_cache) sources.cache_dir = dir / "candles";
    FetcherPolicy fetcher{.feed = id};
    for (const auto& source : sources.sources) fetcher.sources.push_back({source.kind});
    return plan->feeds.emplace_back(
      FeedPlan{std::move(fetcher), market::make_market(sources, http, actors.clock, market::make_inline_worker())});
  }
  static sim::WorldSettings world_settings(const TestNetworkSettings& s) {
    sim::WorldSettings w;
    w.start = VirtualActorSystem::start;
    w.block_ms = s.block_ms;
    w.chain.topics = s.topics;
    w.chain.max_block_txs = s.max_block_txs;
    w.chain.seed = s.seed;
    w.chain.kept_blocks = s.kept_blocks;
    w.chain.mempool_cache = s.mempool_cache;
    w.chain.past_states = s.past_states;
    const auto us = signer()->wallet().address;
    w.chain.emissions = s.preset->emissions;
    w.chain.gas_price = s.preset->gas_price;
    if (s.funds > 0) w.funded = {{us, s.funds * (s.preset->gas_price / sim::one_uallo_per_gas)}};
    if (s.registered) w.registered = {us};
    w.candles = sim::moved_to(history().candles, 4'000, VirtualActorSystem::start);
    return w;
  }
};

} // namespace inferd::test
