// A window from its opening to the reward, and its events.

#include "runtime/chain/comet/block_events.hpp"
#include "tests/conformance/chain_network.hpp"
#include "tests/conformance/shape.hpp"

#include <algorithm>
#include <cmath>

using namespace inferd;
using namespace inferd::conformance;
using chain::Envelope;

namespace {

bool same_values(std::vector<LabelledValue> a, std::vector<LabelledValue> b) {
  const auto by_label = [](const LabelledValue& x, const LabelledValue& y) { return x.label < y.label; };
  std::ranges::sort(a, by_label);
  std::ranges::sort(b, by_label);
  return a == b;
}

/// Submits `wanted` right after the opening and checks the chain until the window has closed.
void follow_window(TopicId topic, const chain::Payload& wanted, const std::vector<LabelledValue>& held) {
  auto& n = network();
  auto& w = n.worker;
  const auto open = n.opening(topic);
  BOOST_TEST(open.closes.value == open.nonce.value + window);
  auto payload = wanted;
  payload.nonce = open.nonce;
  BOOST_TEST(!n.ask<InferenceArrived>(AskInference{topic, w.wallet()}).found);

  const auto tx = w.payload(payload, w.modified([&](Envelope& e) { e.timeout = open.closes; }));
  const auto simulated = n.ask<Simulated>(Simulate{topic, open.nonce, tx.tx});
  BOOST_TEST(simulated.verdict == Verdict::Accepted);
  BOOST_TEST(!n.ask<TxLookedUp>(AskTx{tx.hash}).found); // Simulate does not send it
  n.put(w, tx);

  const auto found = n.included(tx.hash);
  BOOST_TEST(shape_mismatch(n.raw(chain::tx_call(tx.hash)), R"({"result":{"hash":"hash","height":"digits","tx":"base64",
    "tx_result":{"code":"number","codespace":"text","log":"text","gas_used":"digits"}}})") == "");
  BOOST_TEST(found.verdict == Verdict::Accepted);
  BOOST_TEST(found.code == 0u);
  BOOST_TEST(found.codespace == "");
  BOOST_TEST(found.log == "");
  BOOST_TEST(found.height.value > open.nonce.value);
  BOOST_TEST(found.gas_used.value > 130'000u);
  BOOST_TEST(found.gas_used.value < 180'000u);
  BOOST_TEST(found.gas_used.value < simulated.gas_used.value * 13 / 10); // the daemon's gas margin
  const auto reported = n.event_of(tx.hash);
  BOOST_TEST(reported.height.value == found.height.value);
  BOOST_TEST(reported.verdict == found.verdict);
  BOOST_TEST(reported.code == 0u);
  BOOST_TEST(reported.gas_used.value == found.gas_used.value);

  const auto mine = n.ask<InferenceArrived>(AskInference{topic, w.wallet()});
  BOOST_TEST(mine.found);
  BOOST_TEST(mine.nonce.value == open.nonce.value);
  BOOST_TEST(same_values(mine.values, held));

  // A second submission is refused; the event and the lookup report the same.
  const auto second = w.payload(payload);
  const auto refused = n.ask<Simulated>(Simulate{topic, open.nonce, second.tx});
  BOOST_TEST(refused.verdict == Verdict::AlreadySubmitted);
  n.put(w, second);
  const auto twice = n.included(second.hash);
  BOOST_TEST(twice.code == 1u);
  BOOST_TEST(twice.codespace == "undefined");
  BOOST_TEST(normalized_log(twice.log) ==
             "failed to execute message; message index: #: Error planning inference admission: inference "
             "already submitted");
  BOOST_TEST(twice.verdict == Verdict::AlreadySubmitted);
  const auto event = n.event_of(second.hash);
  BOOST_TEST(event.verdict == Verdict::AlreadySubmitted);
  BOOST_TEST(event.code == twice.code);
  BOOST_TEST(event.codespace == twice.codespace);
  BOOST_TEST(event.log == twice.log);

  const auto closes = [&](const WindowEvent& e) { return e.topic == topic && e.nonce == open.nonce; };
  while (n.head() < open.closes) n.next_block();
  const auto& last = n.block(open.closes);
  BOOST_TEST(std::ranges::any_of(last.closed, closes));
  const auto bundle = std::ranges::find_if(last.bundles, [&](const BundleEvent& b) { return b.topic == topic; });
  BOOST_REQUIRE((bundle != last.bundles.end()));
  BOOST_TEST(bundle->nonce.value == open.nonce.value);
  BOOST_TEST(same_values(bundle->ours, held));
  BOOST_TEST(!bundle->combined.text.empty());
  BOOST_TEST(std::ranges::count_if(last.bundles, [&](const BundleEvent& b) { return b.topic == topic; }) == 1);
  BOOST_TEST((n.ask<BlockSeen>(AskBlock{open.closes}).bundles == last.bundles));
  n.next_block();
  BOOST_TEST(!n.ask<InferenceArrived>(AskInference{topic, w.wallet()}).found);
}

/// Sends a payload after block opening + `after_opening` - 1 and returns its result if the next block includes it. A real node
/// may be faster: three attempts.
std::optional<TxLookedUp> landing_in(TopicId topic, std::int64_t after_opening, Signer& signer) {
  auto& n = network();
  for (int tries = 0; tries < 3; ++tries) {
    const auto open = n.opening(topic);
    const Height at{open.nonce.value + after_opening};
    while (n.head().value < at.value - 1) n.next_block();
    const auto tx = signer.payload(value(topic, open.nonce));
    n.put(signer, tx);
    if (const auto found = n.included(tx.hash); found.height == at) return found;
  }
  return {};
}

} // namespace

BOOST_AUTO_TEST_SUITE(windows)

BOOST_AUTO_TEST_CASE(a_window_of_one_value) { follow_window(value_topic, value(value_topic, {}, "0.0123"), {{"", "0.0123"}}); }

BOOST_AUTO_TEST_CASE(a_window_of_labels) { follow_window(label_topic, labels(label_topic, {}, good_labels), good_labels); }

BOOST_AUTO_TEST_CASE(the_last_block_of_a_window_takes_an_answer_and_the_next_does_not) {
  const auto last = landing_in(value_topic, window, network().failing_worker);
  BOOST_REQUIRE(last.has_value());
  BOOST_TEST(last->verdict == Verdict::Accepted);
  const auto late = landing_in(value_topic, window + 1, network().failing_worker);
  BOOST_REQUIRE(late.has_value());
  BOOST_TEST(late->verdict == Verdict::NonceNotOpen);
}

BOOST_AUTO_TEST_CASE(the_block_that_opens_a_window_takes_no_answer_yet) {
  auto& n = network();
  auto& c = n.failing_worker;
  for (int tries = 0; tries < 3; ++tries) {
    const Height next{n.opening(value_topic).nonce.value + epoch};
    while (n.head().value < next.value - 1) n.next_block();
    const auto found = n.included(n.put(c, c.payload(value(value_topic, next))));
    if (found.height != next) continue;
    BOOST_TEST(found.verdict == Verdict::NonceNotOpen);
    return;
  }
  BOOST_FAIL("no transaction landed in the block that opens");
}

BOOST_AUTO_TEST_CASE(a_timeout_that_passes_in_the_mempool_costs_nothing) {
  auto& n = network();
  auto& w = n.worker;
  const auto account = [&] { return n.ask<AccountArrived>(AskAccount{w.wallet()}); };
  for (int tries = 0; tries < 5; ++tries) {
    const auto before = account();
    const Height last = n.next_block().height;
    const auto tx = w.payload(value(value_topic, {1}), w.modified([&](Envelope& e) { e.timeout = last; }));
    if (n.send(tx).verdict == Verdict::TimeoutPassed) continue; // the node was faster
    for (int i = 0; i < 3; ++i) n.next_block();
    const auto found = n.ask<TxLookedUp>(n.question(tx.hash));
    BOOST_TEST(found.found);
    BOOST_TEST(found.verdict == Verdict::TimeoutPassed);
    BOOST_TEST(found.code == 30u);
    BOOST_TEST(found.codespace == "sdk");
    BOOST_TEST(normalized_log(found.log) == "block height: #, timeout height: #: tx timeout height");
    BOOST_TEST(account().sequence.value == before.sequence.value);
    BOOST_TEST((account().balance.value >= before.balance.value)); // a reward may have arrived
    BOOST_TEST(!n.has_event_of(tx.hash)); // no event: refused before the fee, so there is no message.sender
    return;
  }
  BOOST_FAIL("CheckTx never took it");
}

BOOST_AUTO_TEST_CASE(frames_are_written_as_the_decoders_expect) {
  auto& n = network();
  auto& w = n.worker;
  const auto type = [](const boost::json::value& f) -> std::string {
    const auto* data = f.at("result").as_object().if_contains("data");
    return data ? std::string(data->at("type").as_string()) : "";
  };
  const auto block = n.frame([&](const auto& f) { return type(f) == "tendermint/event/NewBlockEvents"; });
  BOOST_TEST(shape_mismatch(block, R"({"jsonrpc":"=2.0","id":"number","result":{"query":"=tm.event='NewBlockEvents'",
    "data":{"type":"text","value":{"height":"digits",
            "events":[{"type":"text","attributes":[{"key":"text","value":"text"}]}]}}}})") == "");
  const auto tx = w.payload(value(value_topic, {1}));
  n.included(n.put(w, tx));
  const auto included = n.frame([&](const auto& f) {
    return type(f) == "tendermint/event/Tx" &&
           f.at("result").at("data").at("value").at("TxResult").at("tx").as_string() == tx.tx.base64;
  });
  BOOST_TEST(shape_mismatch(included, R"({"result":{"data":{"value":{"TxResult":{"height":"digits","tx":"base64",
    "result":{"code":"number","codespace":"text","log":"text","gas_used":"digits"}}}}}})") == "");
}

BOOST_AUTO_TEST_CASE(a_scored_submission_is_reported_with_score_and_reward,
                     *boost::unit_test::precondition([](auto) { return boost::test_tools::assertion_result(scored()); })) {
  auto& n = network();
  auto& w = n.worker;
  const auto open = n.opening(value_topic);
  const auto hash = n.put(w, w.payload(value(value_topic, open.nonce)));
  BOOST_TEST(n.included(hash).verdict == Verdict::Accepted);
  const auto ours = [&](const auto& e) { return e.topic == value_topic && e.nonce == open.nonce && e.wallet == w.wallet(); };
  const auto& settled = n.until([&](const BlockSeen& b) { return std::ranges::any_of(b.rewards, ours); }, lag + 3 * epoch);
  const auto reward = *std::ranges::find_if(settled.rewards, ours);
  BOOST_TEST(std::stod(reward.reward.text) > 0);
  const auto score = std::ranges::find_if(settled.scores, ours);
  BOOST_REQUIRE((score != settled.scores.end())); // in the same block
  BOOST_TEST(std::isfinite(std::stod(score->score.text)));
  BOOST_TEST((n.ask<BlockSeen>(AskBlock{settled.height}).rewards == settled.rewards));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(subscriptions)

BOOST_AUTO_TEST_CASE(a_second_subscription_a_bad_one_and_one_too_many) {
  auto& n = network(); // its connection has two subscriptions already
  const auto subscribe = [&](const std::string& query) { return n.raw(chain::subscribe_call(query)); };
  const auto refused = [&](const std::string& query) {
    const auto response = subscribe(query);
    BOOST_TEST(
      shape_mismatch(response, R"({"id":"number","error":{"code":"number","message":"=Internal error","data":"text"}})") == "");
    BOOST_TEST(response.at("error").at("code").as_int64() == -32603);
    return std::string(response.at("error").at("data").as_string());
  };
  BOOST_TEST(refused(every_block) == "already subscribed");
  BOOST_TEST(refused(chain::tx_subscription(n.worker.wallet())) == "already subscribed");
  BOOST_TEST(refused("tm.event==").starts_with("failed to parse query: "));
  for (const char* event : {"Vote", "ValidatorSetUpdates", "Evidence"})
    BOOST_TEST(subscribe(std::string("tm.event='NewEvidence' AND a.b='") + event + "'").at("result").as_object().empty());
  BOOST_TEST(refused("tm.event='NewEvidence' AND a.b='one too many'") == "max_subscriptions_per_client 5 reached");
}

BOOST_AUTO_TEST_CASE(the_clients_stream_has_every_block_with_relevant_events) {
  auto& n = network();
  const auto eventful = n.eventful();
  BOOST_TEST(eventful.size() >= 4u);
  for (auto whole : eventful) {
    auto reported = n.reported(whole.height);
    BOOST_TEST((reported.from <= reported.height));
    reported.from = whole.from, reported.at = whole.at, reported.endpoint = whole.endpoint;
    BOOST_TEST((reported == whole), "block " << whole.height.value);
  }
}

BOOST_AUTO_TEST_CASE(the_client_decoded_every_event) {
  for (const auto& malformed : network().malformed_events()) BOOST_ERROR(malformed);
}

BOOST_AUTO_TEST_SUITE_END()
