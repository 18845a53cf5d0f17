// A world and its RPC port in virtual time.
#define BOOST_TEST_MODULE sim_world
#include "runtime/sim/rpc/sim_rpc.hpp"
#include "runtime/sim/chain/truth.hpp"
#include "tests/sim/chain/test_wallet.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace inferd;
using namespace inferd::sim;
using namespace inferd::sim::test;
namespace json = boost::json;

namespace {

const TestWallet me;

WorldSettings small_world() {
  WorldSettings settings;
  settings.start = Instant{1'700'000'000'000};
  settings.block_ms = 1'000;
  settings.chain.topics[0].epoch_length = 10;
  settings.chain.topics[0].window_length = 4;
  settings.funded = {{me.address(), 1'000'000'000}};
  settings.registered = {me.address()};
  return settings;
}

/// Records callbacks.
struct Client {
  explicit Client(World& w, std::uint64_t seed = 1, std::vector<SimRpc::Node> nodes = {{"sim://a", {}}})
    : world(w), rpc(w, seed, std::move(nodes)) {
    rpc.listen({[this](std::string endpoint) { opened.push_back(endpoint); },
                [this](std::string, std::string reason) { closed.push_back(reason); },
                [this](json::value frame) { events.push_back(std::move(frame)); }});
    rpc.pump();
  }
  /// Sends a request and steps up to `blocks` blocks until it is answered.
  RpcPort::Answer ask(const std::string& method, json::object params = {}, int blocks = 10) {
    std::optional<RpcPort::Answer> answer;
    rpc.call(method, std::move(params), 4'000, [&](RpcPort::Answer a) {
      BOOST_TEST(!answer); // at most once
      answer = std::move(a);
    });
    for (rpc.pump(); !answer && blocks > 0; --blocks) {
      world.step();
      rpc.pump();
    }
    BOOST_REQUIRE(answer);
    return *answer;
  }
  void subscribe() { ask("subscribe", {{"query", "tm.event='NewBlockEvents'"}}); }
  void turn(int blocks) {
    for (; blocks > 0; --blocks) {
      world.step();
      rpc.pump();
    }
  }
  std::vector<std::string> heights() const {
    std::vector<std::string> out;
    for (const auto& e : events) out.emplace_back(e.at("result").at("data").at("value").at("height").as_string());
    return out;
  }
  std::string status_height() {
    return std::string(ask("status").message.at("result").at("sync_info").at("latest_block_height").as_string());
  }

  World& world;
  SimRpc rpc;
  std::vector<std::string> opened, closed;
  std::vector<json::value> events;
};

} // namespace

BOOST_AUTO_TEST_CASE(every_block_is_delivered_once_and_in_order) {
  World world(small_world());
  Client client(world);
  client.subscribe();
  client.turn(3);
  BOOST_TEST((client.heights() == std::vector<std::string>{"1", "2", "3"}));
  BOOST_TEST(world.clock()->now().value == 1'700'000'003'000);
}

BOOST_AUTO_TEST_CASE(an_answer_waits_for_the_pump_and_an_unanswered_call_for_its_deadline) {
  World world(small_world());
  Client client(world);
  int answered = 0;
  client.rpc.call("health", {}, 4'000, [&](RpcPort::Answer) { ++answered; });
  BOOST_TEST(answered == 0);
  client.rpc.pump();
  BOOST_TEST(answered == 1);
  client.rpc.faults().lose_answer = 1;
  const auto lost = client.ask("health");
  BOOST_TEST((lost.verdict == Verdict::NoAnswer));
  BOOST_TEST(lost.reason == "sim://a: no answer within 4000 ms");
  BOOST_TEST(world.clock()->now().value == 1'700'000'004'000);
}

BOOST_AUTO_TEST_CASE(a_lost_answer_to_a_broadcast_is_in_the_mempool_and_a_lost_call_is_not) {
  World world(small_world());
  Client client(world);
  const auto mempool = [&] { return world.with_chain([](const ChainState& c) { return c.mempool_size(); }); };
  client.rpc.faults().lose_call = 1;
  bool answered = false;
  client.rpc.call("broadcast_tx_sync", {{"tx", to_base64(me.payload(1, 10, 0))}}, 4'000,
                  [&](RpcPort::Answer) { answered = true; });
  BOOST_TEST(mempool() == 0u);
  client.rpc.faults() = {};
  client.rpc.faults().lose_answer = 1;
  client.rpc.call("broadcast_tx_sync", {{"tx", to_base64(me.payload(1, 10, 0))}}, 4'000,
                  [&](RpcPort::Answer) { answered = true; });
  client.rpc.pump();
  BOOST_TEST(mempool() == 1u);
  BOOST_TEST(!answered);
}

BOOST_AUTO_TEST_CASE(a_disconnection_fails_pending_calls_and_drops_the_subscriptions) {
  World world(small_world());
  Client client(world);
  client.subscribe();
  client.rpc.faults().silent = true;
  std::vector<RpcPort::Answer> answers;
  client.rpc.call("status", {}, 60'000, [&](RpcPort::Answer a) { answers.push_back(a); });
  client.rpc.faults().silent = false;
  client.rpc.disconnect("connection reset");
  BOOST_REQUIRE_EQUAL(answers.size(), 1u);
  BOOST_TEST((answers[0].verdict == Verdict::NoAnswer));
  BOOST_TEST(client.closed.back() == "sim://a: connection reset");
  client.turn(3);
  BOOST_TEST(client.opened.size() == 2u);
  BOOST_TEST(client.events.empty());
  client.turn(60);
  BOOST_TEST(answers.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_silent_node_sends_nothing_and_does_not_close) {
  World world(small_world());
  Client client(world);
  client.subscribe();
  client.rpc.faults().silent = true;
  BOOST_TEST((client.ask("status").verdict == Verdict::NoAnswer));
  BOOST_TEST(client.events.empty());
  BOOST_TEST(client.closed.empty());
}

BOOST_AUTO_TEST_CASE(a_refused_connection_leads_to_the_next_node) {
  World world(small_world());
  Faults dead;
  dead.refuse_connections = true;
  Client client(world, 1, {{"sim://dead", dead}, {"sim://alive", {}}});
  client.turn(2);
  BOOST_TEST((client.opened == std::vector<std::string>{"sim://alive"}));
  BOOST_TEST(client.ask("health").endpoint == "sim://alive");
  client.rpc.leave("silent for too long");
  BOOST_TEST((client.ask("health", {}, 0).verdict == Verdict::NoAnswer)); // not connected: fails at once
  client.turn(2);
  BOOST_TEST(client.ask("health").endpoint == "sim://alive"); // the other one still refuses connections
}

BOOST_AUTO_TEST_CASE(a_node_that_is_behind_or_stuck_reports_blocks_late) {
  World world(small_world());
  Client client(world);
  client.subscribe();
  client.turn(5);
  client.rpc.faults().behind_blocks = 3;
  BOOST_TEST(client.status_height() == "2");
  client.turn(4);
  BOOST_TEST(client.heights().back() == "6");
  client.rpc.faults() = {};
  client.rpc.faults().stuck_at = 6;
  client.turn(4);
  BOOST_TEST(client.status_height() == "6");
  BOOST_TEST(client.heights().back() == "6");
  BOOST_TEST(client.ask("block_results", {{"height", "9"}}).message.as_object().contains("error"));
  client.rpc.faults() = {};
  client.turn(1);
  BOOST_TEST(client.heights().size() == 14u); // catches up, without duplicates
  BOOST_TEST(client.heights().back() == "14");
}

BOOST_AUTO_TEST_CASE(another_chain_and_catching_up_show_in_the_status) {
  World world(small_world());
  Client client(world);
  client.rpc.faults().chain_id = "allora-testnet-1";
  client.rpc.faults().catching_up = true;
  const auto status = client.ask("status").message.at("result");
  BOOST_TEST(status.at("node_info").at("network").as_string() == "allora-testnet-1");
  BOOST_TEST(status.at("sync_info").at("catching_up").as_bool());
}

BOOST_AUTO_TEST_CASE(events_are_dropped_and_repeated_as_often_as_asked) {
  World world(small_world());
  Client client(world);
  client.subscribe();
  client.rpc.faults().drop_event = 1;
  client.turn(5);
  BOOST_TEST(client.events.empty());
  client.rpc.faults() = {};
  client.rpc.faults().repeat_event = 1;
  client.turn(2);
  BOOST_TEST((client.heights() == std::vector<std::string>{"6", "6", "7", "7"}));
}

BOOST_AUTO_TEST_CASE(busy_nodes_and_garbage_are_distinguished) {
  World world(small_world());
  Client client(world);
  client.rpc.faults().busy = 1;
  BOOST_TEST((client.ask("status").verdict == Verdict::Busy));
  client.rpc.faults() = {};
  client.rpc.faults().garbage_answer = 1;
  for (int i = 0; i < 20; ++i) {
    const auto answer = client.ask("status");
    BOOST_TEST((answer.verdict == Verdict::Accepted));
    BOOST_TEST(answer.message.is_object());
  }
  client.rpc.faults() = {};
  client.rpc.faults().refuse_broadcast = 1;
  BOOST_TEST(json::serialize(client.ask("broadcast_tx_sync", {{"tx", "AA=="}}).message).find("mempool is full") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(delays_keep_the_order) {
  World world(small_world());
  Client client(world);
  client.rpc.faults().max_delay_ms = 3'000;
  std::vector<int> order;
  for (int i = 0; i < 50; ++i) client.rpc.call("health", {}, 60'000, [&order, i](RpcPort::Answer) { order.push_back(i); });
  client.turn(5);
  BOOST_TEST(order.size() == 50u);
  BOOST_TEST(std::is_sorted(order.begin(), order.end()));
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_faults_and_another_seed_others) {
  const auto run = [](std::uint64_t seed) {
    World world(small_world());
    Client client(world, seed);
    client.subscribe();
    client.rpc.faults().drop_event = client.rpc.faults().repeat_event = 0.3;
    client.rpc.faults().disconnect = 0.02;
    client.turn(200);
    auto out = client.heights();
    out.insert(out.end(), client.closed.begin(), client.closed.end());
    return out;
  };
  BOOST_TEST((run(7) == run(7)));
  BOOST_TEST((run(7) != run(8)));
}

BOOST_AUTO_TEST_CASE(a_listener_may_leave_from_within_an_event) {
  World world(small_world());
  SimRpc rpc(world, 1, {{"sim://a", {}}, {"sim://b", {}}});
  int events = 0, closed = 0;
  rpc.listen({[&](std::string) {
                rpc.call("subscribe", {{"query", "tm.event='NewBlockEvents'"}}, 1'000, [](RpcPort::Answer) {});
              },
              [&](std::string, std::string) { ++closed; },
              [&](json::value) {
                if (++events == 1) rpc.leave("no reason");
              }});
  rpc.pump();
  for (int i = 0; i < 6; ++i) {
    world.step();
    rpc.pump();
  }
  BOOST_TEST(closed == 1);
  BOOST_TEST(rpc.endpoint() == "sim://b");
  BOOST_TEST(events > 2);
}

BOOST_AUTO_TEST_CASE(the_truth_of_a_window_is_the_log_return_from_the_last_closed_candle) {
  constexpr std::int64_t hour = 3'600'000;
  std::vector<Candle> candles;
  for (int i = 0; i < 10; ++i) candles.push_back({Instant{i * hour}, 100, 100, 100, 100.0 + i, 1});
  const auto truth = truth_from(candles, 2);
  const TopicSettings topic;
  BOOST_TEST(!truth(topic, Instant{hour - 1})); // no candle has closed
  BOOST_TEST(truth(topic, Instant{hour})->value == std::log(102.0 / 100.0));
  BOOST_TEST(truth(topic, Instant{hour})->label == "up");
  BOOST_TEST(truth(topic, Instant{2 * hour - 1})->value == std::log(102.0 / 100.0));
  BOOST_TEST(truth(topic, Instant{8 * hour})->value == std::log(109.0 / 107.0));
  BOOST_TEST(!truth(topic, Instant{10 * hour})); // beyond the last candle
}
