#include "tests/tapes/cycles.hpp"

#include "base/sha256.hpp"
#include "runtime/chain/comet/block_events.hpp"
#include "runtime/chain/encoding/codec.hpp"
#include "tests/integration/faulty_nodes.hpp"
#include "tests/live/scripted_rpc.hpp"
#include "tests/support/fault_injector.hpp"

#include <boost/json.hpp>
#include <cctype>
#include <fstream>
#include <random>

namespace inferd::test {
namespace {

namespace json = boost::json;

constexpr int cycle = 12; ///< blocks from one opening to the next
/// From before the first window is prepared until after it closes: candles are requested once, since the runs last for minutes.
constexpr int fault_begins = 6, fault_ends = 20;

using Block = std::function<void(CycleNetwork&, int block)>;

/// `before`: called before each block. Null: nothing happens.
Cycle simulated(std::string name, TestNetworkSettings settings = {}, const Block& before = {}, int windows = 3) {
  return {std::move(name), [=] {
            auto network = std::make_unique<CycleNetwork>(settings);
            network->drive = [&n = *network, before, windows] {
              for (int i = 0; i < cycle * windows; ++i) {
                if (before) before(n, i);
                n.block();
              }
            };
            return network;
          }};
}

/// A file's name: letters and digits, the rest as hyphens.
std::string slug(std::string text) {
  for (auto& c : text)
    if (!std::isalnum(static_cast<unsigned char>(c))) c = '-';
  return text;
}

/// The first window has the fault, the next two are after it.
Cycle with_fault(const InjectedFault& fault) {
  return simulated(slug(fault.name), {.seed = 7, .second_source = true}, [&fault](CycleNetwork& n, int block) {
    if (block == fault_begins) {
      const auto random = std::make_shared<std::mt19937_64>(7);
      if (fault.begin) fault.begin(n, *random);
      if (fault.moment) n.on_block = [&fault, &n, random] { fault.moment(n, *random); };
    }
    if (block == fault_ends) {
      n.on_block = nullptr;
      clear_faults(n);
    }
  });
}

Cycle with_node(const std::string& name, const std::function<void(sim::Faults&)>& set) {
  return simulated("node-" + slug(name), {.seed = 7}, [set](CycleNetwork& n, int block) {
    if (block == fault_begins) set(n.rpc->faults(0));
    if (block == fault_ends) n.rpc->faults(0) = {};
  });
}

Cycle with_restarts(const std::string& name, const Place& victim) {
  return simulated("restarts-of-" + name, {}, [victim](CycleNetwork& n, int block) {
    if (block == 10 || block == cycle * 2 + 1) // while a window is prepared, and while one is open
      if (const auto actor = n.actors.context.directory->find(victim)) caf::anon_send_exit(actor, caf::exit_reason::kill);
  });
}

/// A broadcast is accepted and gets into no block; whatever else was not recorded has no answer.
void answer_unrecorded(const ScriptedRpc& rpc, ScriptedRpc::Held& call) {
  if (call.method != "broadcast_tx_sync")
    return call.done({Verdict::NoAnswer, {}, rpc.endpoint + ": no answer within its deadline", rpc.endpoint});
  const auto bytes = chain::from_base64(std::string(call.params.at("tx").as_string())).value();
  auto hash = sha256_text(bytes).substr(7); // behind "sha256:"
  for (auto& c : hash) c = static_cast<char>(std::toupper(c));
  call.done(
    {Verdict::Accepted,
     {{"jsonrpc", "2.0"}, {"id", 1}, {"result", {{"code", 0}, {"data", ""}, {"log", ""}, {"codespace", ""}, {"hash", hash}}}},
     {},
     rpc.endpoint});
}

/// Answers of a real chain (tests/golden), as far as they were recorded for the wallet of queries.json.
std::shared_ptr<ScriptedRpc> recorded_node(const Wallet& wallet) {
  const auto rpc = std::make_shared<ScriptedRpc>();
  const auto recorded = json::parse(golden("queries.json"));
  for (const auto& q : recorded.at("queries").as_array()) {
    const std::string path(q.at("path").as_string());
    if (path.find("SubmissionWindowStatus") != path.npos) continue; // of later blocks than the frames: not answered
    rpc->answers[path + " " + std::string(q.at("request").as_string())] = q.at("raw");
  }
  auto status = recorded.at("rpc").at("status");
  status.at("result").at("sync_info").at("latest_block_height") = "2067"; // the block before the first frame
  rpc->answers["status"] = status;
  const json::value nothing{{"jsonrpc", "2.0"}, {"id", 1}, {"result", json::object()}};
  for (const auto& query : chain::block_subscriptions("v10", {})) rpc->answers["subscribe " + query] = nothing;
  rpc->answers["subscribe tm.event='Tx' AND message.sender='" + wallet.address + "'"] = nothing;
  return rpc;
}

/// The frames of a real chain's event stream, for a wallet that sent nothing there.
std::unique_ptr<CycleNetwork> real_chain() {
  auto network = std::make_unique<CycleNetwork>(
    TestNetworkSettings{.topics = {{.id = 1}, {.id = 2}, {.id = 3}}, .symbols = {{3, "ethusd"}}});
  const std::string words = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
  auto& plan = *network->plan;
  plan.signer = std::move(std::get<0>(chain::make_signer(SecretBytes::copy_of(words))));
  network->wallet = plan.signer->wallet();
  plan.ledger.wallet = plan.watcher.wallet = plan.submitter.wallet = network->wallet;
  const auto rpc = recorded_node(network->wallet);
  plan.chain = make_comet_chain(
    rpc, {.chain_id = "localnet", .wallet = network->wallet, .clock = network->actors.clock, .on_malformed = {}});
  const auto answer = [rpc] {
    for (auto held = std::exchange(rpc->held, {}); auto& call : held) answer_unrecorded(*rpc, call);
  };
  network->on_block = answer;
  network->drive = [&n = *network, rpc, answer] {
    rpc->open();
    n.settle();
    std::ifstream frames(INFERD_SOURCE_DIR "/tests/golden/websocket.jsonl");
    for (std::string line; std::getline(frames, line);) {
      rpc->listener.event(json::parse(line).at("frame"));
      n.settle();
      n.actors.advance(500);
      answer();
      n.settle();
    }
  };
  return network;
}

std::vector<Cycle> make_cycles() {
  std::vector<Cycle> all{
    simulated("whole", {}, {}, 6),
    simulated("dry-run", {.dry_run = true}),
    simulated("registers", {.registered = false}),
    simulated("no-funds", {.funds = 0}),
    simulated("another-chain-id", {.chain_id = "another"}),
    simulated("two-topics", {.topics = {{.id = 1, .epoch_length = 12, .window_length = 6, .ground_truth_lag = 12},
                                        {.id = 2, .epoch_length = 12, .window_length = 6, .ground_truth_lag = 12}},
                             .symbols = {{2, "ethusd"}}}),
    simulated("two-nodes", {.nodes = {{"sim://faulty", {}}, {"sim://correct", {}}}},
              [](CycleNetwork& n, int block) {
                if (block == fault_begins) n.rpc->faults(0).empty_values = true;
              }),
    {"real-chain", real_chain},
  };
  for (const auto& fault : injected_faults())
    if (fault.name != std::string("memory short")) // of the process: which allocation fails is not on the tape
      all.push_back(with_fault(fault));
  for (const auto& node : faulty_nodes) all.push_back(with_node(node.name, node.set));
  all.push_back(with_node("catching up", [](sim::Faults& f) { f.catching_up = true, f.disconnect = 0.2; }));
  all.push_back(with_node("behind a balancer", [](sim::Faults& f) { f.balanced_blocks = 2; }));
  all.push_back(with_restarts("submitter", submitter_role.place));
  all.push_back(with_restarts("watcher", watcher_role.place));
  all.push_back(with_restarts("ledger", ledger_role.place));
  all.push_back(with_restarts("fetcher", feed_place(PlaceKind::fetcher, {"btcusd"})));
  all.push_back(with_restarts("feature", feed_place(PlaceKind::feature, {"btcusd"})));
  all.push_back(with_restarts("predictor", predictor_of(TopicId{1}).place));
  all.push_back(with_restarts("timer", timer_of(TopicId{1}).place));
  return all;
}

} // namespace

const std::vector<Cycle>& cycles() {
  static const auto all = make_cycles();
  return all;
}

} // namespace inferd::test
