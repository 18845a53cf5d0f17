#define BOOST_TEST_MODULE comet_chain
#include "runtime/chain/comet/block_events.hpp"
#include "tests/chain/comet/comet_fixture.hpp"

using namespace inferd;
using namespace inferd::test;

BOOST_AUTO_TEST_CASE(a_fresh_connection_is_asked_in_two_round_trips_and_then_announced) {
  World w;
  w.open();
  std::vector<std::string> expected{"status", v10};
  for (const auto& query : chain::block_subscriptions("v10", {})) expected.push_back("subscribe " + query);
  expected.insert(expected.end(), {ours, "status"});
  BOOST_TEST(w.rpc->asked == expected, boost::test_tools::per_element());
  BOOST_REQUIRE_EQUAL(w.ups.size(), 1u);
  BOOST_TEST((w.ups[0] == ConnectionUp{"node:26657",
                                       "localnet",
                                       "v10",
                                       {2188},
                                       FixedClock().now(),
                                       "16C0B7C4AB38106D85A681258A0BD87DA7965A11CE081EB42513686648AFFE7B",
                                       "",
                                       ""}));
}

BOOST_AUTO_TEST_CASE(a_chain_on_emissions_v9_is_detected_and_queried_by_v9_paths) {
  World w;
  w.rpc->answers[v9] = w.rpc->answers[v10];
  w.rpc->answers[v10] = no_path;
  w.open();
  BOOST_REQUIRE_EQUAL(w.ups.size(), 1u);
  BOOST_TEST(w.ups[0].emissions == "v9");
  BOOST_TEST(std::count(w.rpc->asked.begin(), w.rpc->asked.end(), "subscribe " + chain::block_subscriptions("v9", {})[0]) == 1);
  BOOST_TEST(std::count(w.rpc->asked.begin(), w.rpc->asked.end(), opening) == 0);
  w.chain->ask(AskTopic{{1}}, [](auto) {});
  BOOST_TEST(w.rpc->asked.back().starts_with("/emissions.v9.QueryService/GetTopic "));
}

BOOST_AUTO_TEST_CASE(a_node_that_cannot_be_used_is_left_with_the_reason) {
  const auto status = [](const char* member, const char* field, const json::value& value) {
    return [=](World& w) { w.rpc->answers["status"].at("result").at(member).as_object()[field] = value; };
  };
  const std::pair<std::function<void(World&)>, std::string> cases[] = {
    {status("node_info", "network", "allora-testnet-1"), "the node is of chain 'allora-testnet-1', chain.id says 'localnet'"},
    {status("sync_info", "catching_up", true), "the node is still catching up, at height 2188"},
    {[](World& w) { w.rpc->answers["status"] = nothing; }, "status: the answer to status is not what the method promises"},
    {[](World& w) { w.rpc->answers[opening] = rpc_error("max_subscriptions_per_client 5 reached"); },
     "a subscription was refused: max_subscriptions_per_client 5 reached"},
    {[](World& w) {
       w.rpc->answers[ours] = json::value{{"id", 1}};
     },
     "a subscription was neither confirmed nor refused"},
    {[](World& w) { w.rpc->answers[v10] = w.rpc->answers[v9] = no_path; },
     "the node serves neither emissions v10 nor v9: unknown query path: unknown request"},
    {[](World& w) { w.rpc->answers[v10] = rpc_error("shutting down"); }, "Internal error: shutting down"}};
  for (const auto& [spoil, reason] : cases) {
    World w;
    spoil(w);
    w.open();
    BOOST_TEST(w.ups.empty());
    BOOST_REQUIRE_EQUAL(w.rpc->left.size(), 1u);
    BOOST_TEST(w.rpc->left[0] == reason);
    BOOST_REQUIRE_EQUAL(w.downs.size(), 1u);
    BOOST_TEST(w.downs[0].reason == "node:26657: " + reason);
  }
}

BOOST_AUTO_TEST_CASE(a_node_without_a_transaction_index_is_announced_with_a_warning) {
  for (const auto& index : {json::value("off"), json::value("null"), json::value()}) {
    World w;
    w.rpc->answers["status"].at("result").at("node_info").at("other").as_object()["tx_index"] = index;
    w.open();
    BOOST_REQUIRE_EQUAL(w.ups.size(), 1u);
    BOOST_TEST(w.ups[0].warning == "it has no transaction index (tx_index is not on): results are read from blocks instead");
  }
}

BOOST_AUTO_TEST_CASE(a_subscription_that_was_there_already_is_fine) {
  World w;
  w.rpc->answers[opening] = w.rpc->answers[ours] = golden("edge.json").at("websocket").at("subscribe-twice");
  BOOST_TEST(w.open().ups.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_connection_lost_during_the_handshake_is_reported_down_once) {
  World w;
  w.rpc->answers.erase("status");
  w.open();
  w.rpc->close("cut");
  BOOST_TEST(w.ups.empty());
  BOOST_TEST(w.downs.size() == 1u);
  BOOST_TEST(w.rpc->left.empty()); // no effect on the next connection
}

BOOST_AUTO_TEST_CASE(nothing_is_asked_of_a_node_before_it_is_known) {
  World w;
  const auto before = w.bad<BroadcastAnswered>(Broadcast{{1}, {900}, {"AB"}, {"AA=="}});
  BOOST_TEST((before == AskFailed{Request::Broadcast, {1}, {900}, {"AB"}, Verdict::NoAnswer, "not connected yet"}));
  w.rpc->answers.erase("status");
  w.open();
  BOOST_TEST(w.bad<AccountArrived>(AskAccount{wallet}).reason == "node:26657: connected, handshake pending");
  w.rpc->close("cut");
  BOOST_TEST(w.bad<AccountArrived>(AskAccount{wallet}).reason == "node:26657: cut");
}

BOOST_AUTO_TEST_CASE(a_new_listener_receives_connection_up) {
  World w;
  w.open();
  w.chain->listen(w.listener());
  BOOST_TEST(w.ups.size() == 2u);
  w.rpc->close("cut");
  w.chain->listen(w.listener());
  BOOST_TEST(w.ups.size() == 2u);
}

BOOST_AUTO_TEST_CASE(events_during_the_handshake_are_delivered_after_it) {
  World w;
  w.rpc->answers.erase("status");
  w.open();
  w.rpc->answer_held(w.recorded.at("rpc").at("status"));
  w.rpc->listener.event(frame(0));
  BOOST_TEST(w.ups.empty());
  BOOST_TEST(w.seen.empty());
  w.rpc->answer_held(w.recorded.at("rpc").at("status"));
  BOOST_TEST(w.ups.size() == 1u);
  BOOST_REQUIRE_EQUAL(w.seen.size(), 1u);
  BOOST_TEST(w.seen[0].endpoint == "node:26657");
}

BOOST_AUTO_TEST_CASE(every_recorded_frame_is_a_block_or_a_transaction) {
  World w;
  w.open();
  std::ifstream file(std::string(INFERD_SOURCE_DIR) + "/tests/golden/websocket.jsonl");
  std::size_t opened = 0;
  for (std::string line; std::getline(file, line);) w.rpc->listener.event(json::parse(line).at("frame"));
  for (const auto& block : w.seen) opened += block.opened.size();
  BOOST_TEST(w.seen.size() == 43u);
  BOOST_TEST(w.included.size() == 4u);
  BOOST_TEST(opened > 0u);
  BOOST_TEST(w.malformed.empty());
}

BOOST_AUTO_TEST_CASE(frames_of_any_shape_are_survived) {
  World w;
  w.open();
  for (const auto* hostile :
       {"{}", R"({"result":7})", R"({"result":{"data":null}})",
        R"({"result":{"data":{"type":"tendermint/event/NewBlockEvents"}}})",
        R"({"result":{"data":{"type":"tendermint/event/NewBlockEvents","value":{"height":"-1","events":[]}}}})",
        R"({"result":{"data":{"type":"tendermint/event/NewBlockEvents","value":{"height":{},"events":7}}}})",
        R"({"result":{"data":{"type":"tendermint/event/Tx","value":{"TxResult":[]}}}})"})
    w.rpc->listener.event(json::parse(hostile));
  BOOST_TEST(w.seen.empty());
  BOOST_TEST(w.included.empty());
  BOOST_TEST(!w.malformed.empty());
}

BOOST_AUTO_TEST_CASE(recorded_queries_are_sent_and_decoded) {
  World w;
  w.open();
  BOOST_TEST(w.good<TopicArrived>(AskTopic{{1}}).epoch_length == 30);
  const auto window = w.good<WindowStatusArrived>(AskWindow{{1}, wallet});
  BOOST_TEST(!window.is_open);
  BOOST_TEST((window.next_nonce == Height{2193} && window.next_closes == Height{2208}));
  const auto account = w.good<AccountArrived>(AskAccount{wallet});
  BOOST_TEST(account.exists);
  BOOST_TEST(account.sequence.value == 44u);
  BOOST_TEST((account.balance.value > Uint128{UINT64_MAX})); // 10^26
  BOOST_TEST((w.good<GasPriceArrived>(AskGasPrice{"uallo"}).price.nano == 1'000'000'000u));
  BOOST_TEST(!w.good<InferenceArrived>(AskInference{{1}, wallet}).found);
  BOOST_TEST((w.good<BlockSeen>(AskBlock{{2183}}).height == Height{2183}));
}

BOOST_AUTO_TEST_CASE(recorded_refusals_of_queries_keep_their_question_and_name_the_endpoint) {
  World w;
  w.open();
  const auto topic = w.bad<TopicArrived>(AskTopic{{99}});
  BOOST_TEST((topic.topic == TopicId{99} && topic.request == Request::AskTopic && topic.verdict == Verdict::NoSuchTopic),
             topic.reason);
  BOOST_TEST(topic.reason == "node:26657: AskTopic: error getting topic: topic does not exist: unknown request");
  BOOST_TEST((w.bad<WindowStatusArrived>(AskWindow{{99}, wallet}).verdict == Verdict::NoSuchTopic));
  BOOST_TEST((w.bad<GasPriceArrived>(AskGasPrice{"uatom"}).verdict != Verdict::NoAnswer));
}

BOOST_AUTO_TEST_CASE(an_account_that_was_never_funded_does_not_exist) {
  World w;
  w.open();
  for (auto& [key, answer] : w.rpc->answers)
    if (key.starts_with("/cosmos.auth"))
      answer = refused_query(22, "rpc error: code = NotFound desc = account not found: key not found");
  std::optional<AccountArrived> known;
  w.chain->ask(AskAccount{wallet}, [&](auto answer) { known = std::get<AccountArrived>(answer); });
  BOOST_TEST(!known.has_value()); // a second node is asked before the work stops
  w.rpc->best_other.front()({});  // there is none
  BOOST_REQUIRE(known.has_value());
  BOOST_TEST(!known->exists);
}

BOOST_AUTO_TEST_CASE(simulations_return_gas_or_the_chains_refusal) {
  World w;
  w.open();
  const auto tx_of = [&](const char* name) {
    for (const auto& q : w.recorded.at("queries").as_array())
      if (q.at("name") == json::value(name))
        return TxBytes{chain::to_base64(chain::from_hex(text(q.at("request")))->substr(3))};
    throw std::runtime_error(name);
  };
  const auto ok = w.good<Simulated>(Simulate{{2}, {2188}, tx_of("simulate-ok")});
  BOOST_TEST(
    (ok.verdict == Verdict::Accepted && ok.gas_used.value > 100'000 && ok.topic == TopicId{2} && ok.nonce == Height{2188}));
  const auto closed = w.good<Simulated>(Simulate{{2}, {2187}, tx_of("simulate-nonce-closed")});
  BOOST_TEST((closed.verdict == Verdict::NonceNotOpen), closed.log);
  BOOST_TEST((w.bad<Simulated>(Simulate{{2}, {2187}, {"not base64!"}}).verdict == Verdict::Defect));
}

BOOST_AUTO_TEST_CASE(a_broadcast_is_one_call_and_its_answer_keeps_topic_nonce_and_hash) {
  World w;
  w.open();
  w.rpc->answers["broadcast_tx_sync"] = broadcast_result("inference-accepted");
  const TxHash hash{"D79F7D2795D3F7AA3C42CB3863294FCB7A12DBCD22B27485E41CE4E789B60A60"};
  const auto asked_before = w.rpc->asked.size();
  const auto answer = w.good<BroadcastAnswered>(Broadcast{{1}, {1293}, hash, {"AA=="}});
  BOOST_TEST(w.rpc->asked.size() == asked_before + 1);
  BOOST_TEST(
    (answer == BroadcastAnswered{{1}, {1293}, hash, Verdict::Accepted, 0, "", "", {}, {}, "node:26657", FixedClock().now()}));
}

BOOST_AUTO_TEST_CASE(refusals_of_a_broadcast_are_answers_with_what_the_node_wants) {
  World w;
  w.open();
  const auto send = [&](json::value response) {
    const auto* result = response.as_object().if_contains("result");
    const TxHash hash{result ? text(result->at("hash")) : std::string(64, 'A')};
    w.rpc->answers["broadcast_tx_sync"] = std::move(response);
    return w.good<BroadcastAnswered>(Broadcast{{1}, {1293}, hash, {"AA=="}});
  };
  const auto sequence = send(broadcast_result("sequence-too-high"));
  BOOST_TEST((sequence.verdict == Verdict::WrongSequence && sequence.expected == Sequence{17}));
  const auto fee = send(broadcast_result("fee-too-low"));
  BOOST_TEST((fee.verdict == Verdict::FeeTooLow && fee.required == Uallo{250'000}));
  const auto again = send(golden("edge.json").at("same-bytes-after-inclusion"));
  BOOST_TEST((again.verdict == Verdict::AlreadyInMempool && again.hash.hex == std::string(64, 'A')));
}

BOOST_AUTO_TEST_CASE(a_broadcast_that_is_not_answered_leaves_everything_open) {
  World w;
  w.open();
  std::optional<AskFailed> failed;
  w.chain->ask(Broadcast{{1}, {1293}, {"AB"}, {"AA=="}}, [&](auto answer) { failed = std::get<AskFailed>(answer); });
  BOOST_TEST(!failed.has_value());
  BOOST_TEST(w.rpc->held.front().deadline_ms == limits::broadcast_deadline);
  w.rpc->close("cut");
  BOOST_TEST((*failed == AskFailed{Request::Broadcast, {1}, {1293}, {"AB"}, Verdict::NoAnswer, "node:26657: cut"}));

  w.open();
  for (const auto* garbage :
       {R"({"result":{}})", R"({"result":{"code":"zero"}})", R"({"error":7})", R"({"result":{"code":0,"hash":"CD"}})"}) {
    w.rpc->answers["broadcast_tx_sync"] = json::parse(garbage);
    const auto f = w.bad<BroadcastAnswered>(Broadcast{{1}, {1293}, {"AB"}, {"AA=="}});
    BOOST_TEST((f.verdict == Verdict::NoAnswer || f.verdict == Verdict::Unknown), garbage);
  }
}

BOOST_AUTO_TEST_CASE(a_transaction_is_looked_up_after_the_head_so_that_its_absence_means_something) {
  World w;
  w.open();
  w.rpc->answers["tx"] = w.recorded.at("rpc").at("tx_not_found");
  const TxHash hash{"52B1E5EB2500D7FA14DC4329F08439621BD828074484CE5CC9E60E1683ABAAE8"};
  const auto account = w.good<AccountArrived>(AskAccount{wallet}).sequence; // not used
  w.rpc->asked.clear();
  const auto none = w.good<TxLookedUp>(AskTx{hash, account, {2182}});
  BOOST_TEST((!none.found && none.hash == hash && none.verdict == Verdict::NotFound));
  BOOST_TEST((none.head == Height{2183})); // of the account's state, not 2188 of the status: it was free then
  BOOST_TEST((w.rpc->asked.at(0) == "status" && w.rpc->asked.at(1) == "tx"));

  w.rpc->answers["tx"] = json::value{{"result", w.recorded.at("rpc").at("tx_search").at("result").at("txs").at(0)}};
  const auto found = w.good<TxLookedUp>(AskTx{hash});
  BOOST_TEST((found.found && found.verdict == Verdict::Accepted && found.height == Height{2164}));
  BOOST_TEST(found.gas_used.value == 145'228u);
  BOOST_TEST((w.bad<TxLookedUp>(AskTx{{"not hex"}}).verdict == Verdict::Defect));
}

// The sequence is used when another transaction has used it, and when these bytes have, in a block that the node which answers
// the next question does not have yet. Only the blocks up to the height of that state tell one from the other.
BOOST_AUTO_TEST_CASE(bytes_are_superseded_when_no_block_up_to_the_use_of_their_sequence_has_them) {
  World w;
  w.open();
  w.rpc->answers["tx"] = w.recorded.at("rpc").at("tx_not_found");
  w.rpc->answers["block"] = json::parse(R"({"result":{"block":{"data":{"txs":null}}}})");
  const TxHash hash{"52B1E5EB2500D7FA14DC4329F08439621BD828074484CE5CC9E60E1683ABAAE8"};
  const Sequence used{w.good<AccountArrived>(AskAccount{wallet}).sequence.value - 1}; // as of block 2183
  const auto look_up = [&](std::int64_t head, bool second_knows) {
    w.rpc->answers["status"].at("result").at("sync_info").as_object()["latest_block_height"] = std::to_string(head);
    std::optional<TxLookedUp> got;
    w.chain->ask(AskTx{hash, used, {2181}, {9'000}}, [&](auto answer) { got = std::get<TxLookedUp>(std::move(answer)); });
    if (!w.rpc->best_other.empty()) {
      const auto done = std::move(w.rpc->best_other.front());
      w.rpc->best_other.pop_front();
      const json::value found{{"result", w.recorded.at("rpc").at("tx_search").at("result").at("txs").at(0)}};
      done(RpcPort::Answer{Verdict::Accepted, second_knows ? found : w.rpc->answers["tx"], {}, "other:26657"});
    }
    BOOST_REQUIRE(got.has_value());
    return *got;
  };
  const auto behind = look_up(2182, false); // block 2183 may hold them
  BOOST_TEST((!behind.found && behind.verdict == Verdict::NotFound && behind.read == Height{2182}));
  const auto superseded = look_up(2183, false);
  BOOST_TEST((!superseded.found && superseded.verdict == Verdict::WrongSequence && superseded.head == Height{2183}));
  const auto found = look_up(2183, true); // a second node has them in a block
  BOOST_TEST((found.found && found.verdict == Verdict::Accepted));
  w.rpc->answers["block"] = json::value{{"garbage", 1}}; // what the index said stands
  const auto unread = look_up(2183, false);
  BOOST_TEST((!unread.found && unread.verdict == Verdict::NotFound && unread.head == Height{2183}));
}

BOOST_AUTO_TEST_CASE(an_answer_about_another_block_is_no_answer) {
  World w;
  w.open();
  const auto failed = w.bad<BlockSeen>(AskBlock{{2184}});
  BOOST_TEST((failed.nonce == Height{2184} && failed.verdict == Verdict::NoAnswer));
}

BOOST_AUTO_TEST_CASE(a_port_that_is_gone_leaves_no_call_behind_that_would_touch_it) {
  World w;
  w.rpc->answers.erase("status");
  w.open();
  w.chain.reset();
  w.rpc->answer_held(nothing);
  w.rpc->close("cut");
  w.rpc->listener.event(frame(0));
  BOOST_TEST(w.ups.empty());
}

// Broadcasts to two nodes, combined into one answer.

namespace {

const TxHash known{std::string(64, 'A')};

/// A broadcast pending at two nodes; the test decides the order of their answers.
struct TwoEndpoints {
  World world;
  std::vector<std::variant<BroadcastAnswered, AskFailed>> received;

  TwoEndpoints() {
    world.open();
    world.rpc->has_other = true;
    world.chain->ask(Broadcast{{1}, {900}, known, {"AA=="}}, [this](auto answer) { received.push_back(std::move(answer)); });
    BOOST_REQUIRE_EQUAL(world.rpc->held.size(), 1u);
    BOOST_REQUIRE_EQUAL(world.rpc->best_other.size(), 1u);
    BOOST_TEST(world.rpc->asked.back() == "elsewhere broadcast_tx_sync"); // after the first
  }
  TwoEndpoints& first(json::value response) {
    world.rpc->answer_held(std::move(response));
    return *this;
  }
  TwoEndpoints& first_silent() {
    auto call = std::move(world.rpc->held.front());
    world.rpc->held.pop_front();
    call.done({Verdict::NoAnswer, {}, "node:26657: no answer", "node:26657"});
    return *this;
  }
  TwoEndpoints& second(std::optional<json::value> response) {
    std::optional<RpcPort::Answer> answer;
    if (response) answer = RpcPort::Answer{Verdict::Accepted, *response, {}, "other:26657"};
    world.rpc->best_other.front()(answer);
    return *this;
  }
  TwoEndpoints& second_silent() {
    world.rpc->best_other.front()(RpcPort::Answer{Verdict::NoAnswer, {}, "other:26657: no answer", "other:26657"});
    return *this;
  }
  const BroadcastAnswered& answer() {
    BOOST_REQUIRE_EQUAL(received.size(), 1u);
    return std::get<BroadcastAnswered>(received.front());
  }
};

const json::value yes{{"jsonrpc", "2.0"}, {"id", 1}, {"result", {{"code", 0}, {"codespace", ""}, {"log", ""}, {"hash", ""}}}};
const json::value no{
  {"jsonrpc", "2.0"}, {"id", 1}, {"result", {{"code", 13}, {"codespace", "sdk"}, {"log", "insufficient fee"}, {"hash", ""}}}};
const json::value has_it = rpc_error("tx already exists in cache");

} // namespace

BOOST_AUTO_TEST_CASE(an_endpoint_that_refuses_the_sequence_of_bytes_that_another_accepted_is_left) {
  const json::value stale{{"jsonrpc", "2.0"},
                          {"id", 1},
                          {"result",
                           {{"code", 32},
                            {"codespace", "sdk"},
                            {"log", "account sequence mismatch, expected 0, got 7: incorrect account sequence"},
                            {"hash", ""}}}};
  for (const bool order : {true, false}) {
    TwoEndpoints both;
    if (order) both.first(stale).second(yes);
    else both.second(yes).first(stale);
    BOOST_TEST((both.answer().verdict == Verdict::Accepted));
    BOOST_REQUIRE_EQUAL(both.world.rpc->left.size(), 1u);
    BOOST_TEST(both.world.rpc->left[0].find("other:26657 accepted the same bytes") != std::string::npos);
  }
  TwoEndpoints agreed;
  agreed.first(stale).second(stale);
  BOOST_TEST((agreed.answer().verdict == Verdict::WrongSequence));
  BOOST_TEST(agreed.world.rpc->left.empty());
}

BOOST_AUTO_TEST_CASE(the_first_acceptance_decides_and_names_its_endpoint) {
  BOOST_TEST(TwoEndpoints().first(yes).second(has_it).answer().endpoint == "node:26657");
  BOOST_TEST(TwoEndpoints().second(yes).first(has_it).answer().endpoint == "other:26657");
  BOOST_TEST(TwoEndpoints().first(yes).answer().endpoint == "node:26657"); // without waiting for the second
  BOOST_TEST(TwoEndpoints().first_silent().second(yes).answer().endpoint == "other:26657");
  BOOST_TEST((TwoEndpoints().first_silent().second(has_it).answer().verdict == Verdict::AlreadyInMempool));
}

BOOST_AUTO_TEST_CASE(an_acceptance_outweighs_a_refusal) {
  TwoEndpoints wide;
  wide.first(no);
  BOOST_TEST(wide.received.empty());
  BOOST_TEST((wide.second(yes).answer().verdict == Verdict::Accepted));
}

BOOST_AUTO_TEST_CASE(a_refusal_counts_if_every_node_refused) {
  BOOST_TEST((TwoEndpoints().first(no).second(no).answer().verdict == Verdict::FeeTooLow));
  BOOST_TEST((TwoEndpoints().second({}).first(no).answer().verdict == Verdict::FeeTooLow));
  BOOST_TEST((TwoEndpoints().first(no).second({}).answer().verdict == Verdict::FeeTooLow));
}

BOOST_AUTO_TEST_CASE(a_refusal_and_no_answer_give_no_answer) {
  for (const bool order : {true, false}) {
    TwoEndpoints wide;
    if (order) wide.first(no).second_silent();
    else wide.first_silent().second(no);
    BOOST_REQUIRE_EQUAL(wide.received.size(), 1u);
    BOOST_TEST((std::get<AskFailed>(wide.received.front()).verdict == Verdict::NoAnswer));
  }
}

BOOST_AUTO_TEST_CASE(two_missing_answers_give_one_failure) {
  TwoEndpoints wide;
  wide.second_silent().first_silent();
  BOOST_REQUIRE_EQUAL(wide.received.size(), 1u);
  BOOST_TEST(std::get<AskFailed>(wide.received.front()).reason == "node:26657: no answer");
}
