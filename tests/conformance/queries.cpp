// Requests without transactions: node, topics, accounts, prices, blocks, transactions.

#include "runtime/chain/comet/rpc_answers.hpp"
#include "runtime/chain/comet/queries.hpp"
#include "tests/conformance/chain_network.hpp"
#include "tests/conformance/shape.hpp"

using namespace inferd;
using namespace inferd::conformance;
using chain::query_call;

namespace {

/// Expects a refused query with this code, log and verdict.
void refuses(const chain::Query& query, std::uint32_t code, const std::string& log, Verdict verdict) {
  BOOST_TEST_CONTEXT(query.path) {
    const auto response = network().raw(query_call(query));
    BOOST_TEST(
      shape_mismatch(response, R"({"result":{"response":{"code":"number","log":"text","codespace":"text","value":"null"}}})") ==
      "");
    const auto answer = chain::decode_query(response);
    BOOST_REQUIRE(std::holds_alternative<chain::Refused>(answer));
    const auto& refused = std::get<chain::Refused>(answer);
    BOOST_TEST(refused.refusal.code == code);
    BOOST_TEST(refused.refusal.codespace == "sdk");
    BOOST_TEST(normalized_log(refused.refusal.log) == log);
    BOOST_TEST(refused.verdict == verdict);
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(queries)

BOOST_AUTO_TEST_CASE(status_has_chain_and_height) {
  auto& n = network();
  const auto response = n.raw(chain::status_call());
  BOOST_TEST(shape_mismatch(response, R"({"jsonrpc":"=2.0","id":"number","result":{"node_info":{"network":"=localnet"},
    "sync_info":{"latest_block_height":"digits","catching_up":"bool"}}})") == "");
  const auto status = chain::decode_status(response);
  BOOST_REQUIRE(std::holds_alternative<chain::NodeStatus>(status));
  BOOST_TEST(std::get<chain::NodeStatus>(status).height.value >= n.head().value);
  BOOST_TEST(!std::get<chain::NodeStatus>(status).catching_up);
  BOOST_TEST(n.up().emissions == "v10");
  BOOST_TEST(n.up().chain_id == "localnet");
}

BOOST_AUTO_TEST_CASE(the_version_is_detected_by_its_query_paths) {
  const auto spoken = network().raw(query_call(chain::version_query("v10")));
  BOOST_TEST(shape_mismatch(spoken, R"({"result":{"response":{"code":"number","log":"text","codespace":"text","value":"base64",
    "height":"digits"}}})") == "");
  BOOST_TEST(std::holds_alternative<chain::QueryAnswer>(chain::decode_query(spoken)));
  refuses(chain::version_query("v9"), 6, "unknown query path: unknown request", Verdict::ConfigError);
}

BOOST_AUTO_TEST_CASE(topics_are_described) {
  auto& n = network();
  const TopicArrived values{value_topic, "localnet regression", epoch, window, lag, false, true, false, 1, {}};
  auto labels = values, listed = values;
  labels = {label_topic, "localnet classification", epoch, window, lag, true, false, true, 3, {"up", "down", "flat"}};
  listed.topic = listed_topic;
  for (const auto& expected : {values, labels, listed}) {
    const auto reported = n.ask<TopicArrived>(AskTopic{expected.topic});
    BOOST_TEST_CONTEXT("topic " << expected.topic.value) {
      BOOST_TEST(reported.metadata == expected.metadata);
      BOOST_TEST(reported.epoch_length == epoch);
      BOOST_TEST(reported.window_length == window);
      BOOST_TEST(reported.ground_truth_lag == lag);
      BOOST_TEST(reported.multi == expected.multi);
      BOOST_TEST(reported.allow_negative == expected.allow_negative);
      BOOST_TEST(reported.require_unity == expected.require_unity);
      BOOST_TEST(reported.max_labels == expected.max_labels);
      BOOST_TEST(reported.labels == expected.labels, boost::test_tools::per_element());
    }
  }
  refuses(chain::topic_query("v10", no_topic), 6, "error getting topic: topic does not exist: unknown request",
          Verdict::NoSuchTopic);
}

BOOST_AUTO_TEST_CASE(a_window_status_has_the_current_and_next_window_and_the_worker) {
  auto& n = network();
  const auto opened = n.opening(value_topic);
  for (int i = 0; i < epoch + 2; ++i) { // one epoch and the next opening
    const auto response = n.raw(query_call(chain::window_query("v10", value_topic, n.worker.wallet())));
    const auto answer = std::get<chain::QueryAnswer>(chain::decode_query(response));
    const auto status = std::get<WindowStatusArrived>(chain::decode_window(answer.value, value_topic, {}));
    while (n.head() < answer.height) n.next_block(); // the node may be ahead of its events
    BOOST_TEST_CONTEXT("height " << answer.height.value << ", a window opened at " << opened.nonce.value) {
      const auto open = n.open_at(value_topic, answer.height);
      BOOST_TEST(status.is_open == open.has_value());
      if (status.is_open && open) {
        BOOST_TEST(status.nonce.value == open->nonce.value);
        BOOST_TEST(status.closes.value == open->closes.value);
      }
      const auto next =
        answer.height.value < opened.nonce.value + epoch ? opened.nonce.value + epoch : opened.nonce.value + 2 * epoch;
      BOOST_TEST(status.next_nonce.value == next);
      BOOST_TEST(status.next_closes.value == next + window);
      BOOST_TEST(status.is_registered);
      BOOST_TEST(status.is_whitelisted);
      BOOST_TEST(status.is_topic_active);
    }
    n.next_block();
  }
  refuses(chain::window_query("v10", no_topic, n.worker.wallet()), 6,
          "error getting topic: topic does not exist: unknown request", Verdict::NoSuchTopic);
}

BOOST_AUTO_TEST_CASE(a_window_status_has_registration_and_whitelist) {
  auto& n = network();
  const auto of = [&](TopicId topic, const Signer& who) { return n.ask<WindowStatusArrived>(AskWindow{topic, who.wallet()}); };
  BOOST_TEST(!of(value_topic, n.unfunded).is_registered);
  BOOST_TEST(of(value_topic, n.unfunded).is_whitelisted); // no whitelist in this topic
  BOOST_TEST(of(listed_topic, n.newcomer).is_whitelisted);
  BOOST_TEST(!of(listed_topic, n.newcomer).is_registered);
  BOOST_TEST(!of(listed_topic, n.unlisted_account).is_whitelisted);
}

BOOST_AUTO_TEST_CASE(an_account_has_a_number_a_sequence_and_money) {
  auto& n = network();
  const auto rich = n.ask<AccountArrived>(AskAccount{n.newcomer.wallet()});
  BOOST_TEST(rich.exists);
  BOOST_TEST(rich.number == n.newcomer.next.account_number);
  BOOST_TEST(rich.sequence.value == n.newcomer.next.sequence.value);
  BOOST_TEST((rich.balance.value > Uint128{UINT64_MAX})); // 10^21
  const auto used = n.ask<AccountArrived>(AskAccount{n.worker.wallet()});
  BOOST_TEST(used.sequence.value == n.worker.next.sequence.value);
  const auto poor = n.ask<AccountArrived>(AskAccount{n.poor.wallet()});
  BOOST_TEST(poor.exists);
  BOOST_TEST((poor.balance.value == 1'000u));
  const auto none = n.ask<AccountArrived>(AskAccount{n.unfunded.wallet()});
  BOOST_TEST(!none.exists);
  BOOST_TEST((none.balance.value == 0u));
  refuses(chain::account_query(n.unfunded.wallet()), 22, "rpc error: code = NotFound desc = account @ not found: key not found",
          Verdict::NotFound);
  refuses(chain::account_query({"allo1wrong"}), 18, "decoding bech# failed: invalid separator index #: invalid request",
          Verdict::ConfigError);
  refuses(chain::balance_query({"allo1wrong"}), 18,
          "rpc error: code = InvalidArgument desc = invalid address: decoding bech# failed: invalid separator index #: invalid "
          "request",
          Verdict::ConfigError);
}

BOOST_AUTO_TEST_CASE(an_unloaded_chain_asks_one_uallo_a_gas) {
  auto& n = network();
  BOOST_TEST((n.ask<GasPriceArrived>(AskGasPrice{"uallo"}).price.nano == 1'000'000'000u));
  refuses(chain::gas_price_query("uatom"), 18, "error resolving denom: the only denom supported is uallo: invalid request",
          Verdict::ConfigError);
}

BOOST_AUTO_TEST_CASE(no_inference_is_a_refusal_that_says_not_found) {
  auto& n = network();
  refuses(chain::inference_query("v10", value_topic, n.newcomer.wallet()), 22,
          "rpc error: code = NotFound desc = latest input inference not found for topic # worker @: key not found",
          Verdict::NotFound);
  refuses(chain::inference_query("v10", no_topic, n.newcomer.wallet()), 22,
          "rpc error: code = NotFound desc = topic # not found: key not found", Verdict::NoSuchTopic);
  BOOST_TEST(!n.ask<InferenceArrived>(AskInference{value_topic, n.newcomer.wallet()}).found);
}

BOOST_AUTO_TEST_CASE(a_requested_block_equals_the_delivered_block) {
  auto& n = network();
  const auto opened = n.opening(label_topic);
  const auto reported = n.block(opened.nonce);
  const auto asked = n.ask<BlockSeen>(AskBlock{opened.nonce});
  BOOST_TEST(asked.height.value == reported.height.value);
  BOOST_TEST((asked.opened == reported.opened));
  BOOST_TEST((asked.closed == reported.closed));
  const auto response = n.raw(chain::block_results_call(opened.nonce));
  BOOST_TEST(shape_mismatch(response, R"({"result":{"height":"digits","txs_results":"null",
    "finalize_block_events":[{"type":"text","attributes":[{"key":"text","value":"text"}]}]}})") == "");

  const auto ahead = n.refused<BlockSeen>(AskBlock{{1'000'000}});
  BOOST_TEST(ahead.verdict == Verdict::NoAnswer);
  const auto log_text = n.raw(chain::block_results_call({1'000'000}));
  BOOST_TEST(shape_mismatch(log_text, R"({"error":{"code":"number","message":"text","data":"text"}})") == "");
  BOOST_TEST(log_text.at("error").at("code").as_int64() == -32603);
  BOOST_TEST(normalized_log(log_text.at("error").at("data").as_string()) ==
             "height # must be less than or equal to the current blockchain height #");
}

BOOST_AUTO_TEST_CASE(a_transaction_that_is_nowhere_is_not_found) {
  auto& n = network();
  const Sequence unused{1'000'000};
  const auto answer = n.ask<TxLookedUp>(AskTx{{std::string(64, 'A')}, unused});
  BOOST_TEST(!answer.found);
  BOOST_TEST(answer.verdict == Verdict::NotFound);
  BOOST_TEST(answer.head.value >= n.head().value);
  const auto log_text = n.raw(chain::tx_call({std::string(64, 'A')}));
  BOOST_TEST(log_text.at("error").at("code").as_int64() == -32603);
  BOOST_TEST(log_text.at("error").at("message").as_string() == "Internal error");
  BOOST_TEST(log_text.at("error").at("data").as_string() == "tx (" + std::string(64, 'A') + ") not found");
}

BOOST_AUTO_TEST_CASE(a_method_or_a_parameter_that_is_wrong_has_a_code_of_its_own) {
  auto& n = network();
  const auto code = [&](const chain::Call& call) { return n.raw(call).at("error").at("code").as_int64(); };
  BOOST_TEST(code({"no_such_method", {}}) == -32601);
  for (const auto& call : {chain::Call{"tx", {{"hash", "not base64!"}, {"prove", false}}},
                           {"broadcast_tx_sync", {{"tx", 7}}},
                           {"abci_query", {{"path", "/x"}, {"data", "not hex"}, {"height", "0"}, {"prove", false}}}}) {
    BOOST_TEST(code(call) == -32603); // -32602 over HTTP
    BOOST_TEST(n.raw(call).at("error").at("data").as_string().starts_with("error converting json params to arguments: "));
  }
}

BOOST_AUTO_TEST_SUITE_END()
