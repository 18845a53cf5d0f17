#define BOOST_TEST_MODULE chain_queries
#include "runtime/chain/comet/queries.hpp"
#include "runtime/chain/comet/topic_description.hpp"
#include "runtime/chain/encoding/proto/cosmos.pb.h"
#include "runtime/chain/encoding/proto/emissions.pb.h"
#include "tests/chain/chain_golden.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::chain;
using test::text;

namespace {

namespace json = boost::json;
const Wallet worker{"allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv"};

const json::value& recorded(std::string_view name) {
  static const auto& file = test::golden_json("queries.json");
  for (const auto& row : file.at("queries").as_array())
    if (row.at("name").as_string() == name) return row;
  throw std::runtime_error("no such query");
}

std::string response(std::string_view name) { return test::unhex(recorded(name).at("response")); }

void asks(const Query& query, std::string_view name) {
  BOOST_TEST_CONTEXT(name) {
    BOOST_TEST(query.path == text(recorded(name).at("path")));
    BOOST_TEST(to_hex(query.data) == text(recorded(name).at("request")));
  }
}

template <class T> const T& good(const Result<T>& result) {
  if (const auto* error = std::get_if<std::string>(&result)) BOOST_FAIL(*error);
  return std::get<T>(result);
}

std::string gas_price(const std::string& amount) {
  wire::GasPriceResponse answer;
  answer.mutable_price()->set_denom("uallo");
  answer.mutable_price()->set_amount(amount);
  return answer.SerializeAsString();
}

std::string balance(const std::string& amount) {
  wire::BalanceResponse answer;
  answer.mutable_balance()->set_denom("uallo");
  answer.mutable_balance()->set_amount(amount);
  return answer.SerializeAsString();
}

template <class T> bool refused(const Result<T>& result) { return std::holds_alternative<std::string>(result); }

} // namespace

BOOST_AUTO_TEST_CASE(every_query_is_encoded_as_recorded) {
  asks(version_query("v10"), "params");
  asks(window_query("v10", {1}, worker), "window-status-1");
  asks(topic_query("v10", {2}), "topic-2");
  asks(inference_query("v10", {3}, worker), "worker-latest-inference-3");
  asks(nonces_query("v10", {3}), "unfulfilled-worker-nonces-3");
  asks(can_submit_query("v10", {99}, worker), "can-submit-99");
  asks(registered_query("v10", {1}, worker), "worker-registered-1");
  asks(score_query("v10", {2}, worker), "inferer-score-ema-2");
  asks(network_inference_query("v10", {2}), "latest-network-inferences-2");
  asks(account_query(worker), "account-info");
  asks(balance_query(worker), "balance");
  asks(gas_price_query(), "gas-price");
  wire::SimulateRequest simulated;
  BOOST_REQUIRE(simulated.ParseFromString(test::unhex(recorded("simulate-ok").at("request"))));
  asks(simulate_query(simulated.tx_bytes()), "simulate-ok");
}

BOOST_AUTO_TEST_CASE(a_v9_query_differs_in_its_path_only) {
  BOOST_TEST(window_query("v9", {1}, worker).path == "/emissions.v9.QueryService/GetWorkerSubmissionWindowStatus");
  BOOST_TEST(window_query("v9", {1}, worker).data == window_query("v10", {1}, worker).data);
}

BOOST_AUTO_TEST_CASE(a_window_status_has_the_current_and_the_next_window) {
  WindowStatusArrived open{{3}, true, {2180}, {2195}, {2210}, {2225}, true, true, true, {}, {7}};
  BOOST_TEST((good(decode_window(response("window-status-3"), {3}, {7})) == open));
  WindowStatusArrived between{{1}, false, {}, {}, {2193}, {2208}, true, true, true, {}, {7}};
  BOOST_TEST((good(decode_window(response("window-status-1"), {1}, {7})) == between));
}

BOOST_AUTO_TEST_CASE(a_topic_has_its_requirements) {
  const auto single = good(decode_topic(response("topic-1"), {1}));
  BOOST_TEST(single.metadata == "btc_usd 7day log return");
  BOOST_TEST(single.epoch_length == 30);
  BOOST_TEST(single.window_length == 15);
  BOOST_TEST(single.ground_truth_lag == 60);
  BOOST_TEST(single.allow_negative);
  BOOST_TEST(!single.multi);
  const auto multi = good(decode_topic(response("topic-2"), {2}));
  BOOST_TEST(multi.multi);
  BOOST_TEST(multi.require_unity);
  BOOST_TEST(!multi.allow_negative);
  BOOST_TEST(multi.max_labels == 3u);
  BOOST_TEST((multi.labels == std::vector<std::string>{"up", "down", "flat"}));
}

BOOST_AUTO_TEST_CASE(another_topic_than_the_one_asked_for_is_refused) {
  const auto described = good(decode_topic_description(response("topic-1"), {1}));
  BOOST_TEST(described.loss_method == "mse");
  BOOST_TEST(described.creator.starts_with("allo1"));
  BOOST_TEST(!described.classification);
  BOOST_TEST(good(decode_topic_description(response("topic-2"), {2})).classification);
  BOOST_TEST(refused(decode_topic_description(response("topic-1"), {2})));
  BOOST_TEST(refused(decode_topic_description("\xff", {1})));
  BOOST_TEST(std::get<1>(decode_topic(response("topic-1"), {2})) == "the chain answered with topic 1 instead of 2");
  wire::InputInferenceResponse answer;
  answer.mutable_inference()->set_topic_id(5);
  BOOST_TEST(refused(decode_inference(answer.SerializeAsString(), {4})));
}

BOOST_AUTO_TEST_CASE(an_account_has_number_sequence_and_money_beyond_64_bits) {
  const auto account = good(decode_account(response("account-info"), worker));
  BOOST_TEST(account.exists);
  BOOST_TEST(account.number == 2u);
  BOOST_TEST(account.sequence.value == 44u);
  BOOST_TEST(refused(decode_account(response("account-info"), {"allo1other"})));
  BOOST_TEST((good(decode_balance(response("balance"))).value == parse_digits("100000014817476031340801206").value()));
  BOOST_TEST((good(decode_balance(balance("18446744073709551616"))).value == Uint128{UINT64_MAX} + 1));
  BOOST_TEST((good(decode_balance(balance(std::string(60, '9')))).value == uint128_max));
  for (const auto amount : {"", "-1", "1.5", "1e9", "x"}) BOOST_TEST(refused(decode_balance(balance(amount))), amount);
  BOOST_TEST(refused(decode_balance(response("balance"), "uatom")));
}

BOOST_AUTO_TEST_CASE(a_gas_price_is_rounded_up_to_nano_uallo) {
  BOOST_TEST((good(decode_gas_price(response("gas-price"))).price.nano == 1'000'000'000u));
  BOOST_TEST((good(decode_gas_price(gas_price("1000000000000000001"))).price.nano == 1'000'000'001u));
  BOOST_TEST((good(decode_gas_price(gas_price("1"))).price.nano == 1u));
  BOOST_TEST((good(decode_gas_price(gas_price("0"))).price.nano == 0u));
  BOOST_TEST((good(decode_gas_price(gas_price("1000000000"))).price.nano == 1u));
  BOOST_TEST((good(decode_gas_price(gas_price(std::string(60, '9')))).price.nano == uint128_max));
  BOOST_TEST((good(decode_gas_price(gas_price("20000000000000000000000000001"))).price.nano ==
              Uint128{20'000'000'000} * 1'000'000'000 + 1)); // 2 * 10^10 uallo
  for (const auto amount : {"", "-1", "1.5", "1e9", "x1000000000"})
    BOOST_TEST(refused(decode_gas_price(gas_price(amount))), amount);
}

BOOST_AUTO_TEST_CASE(a_simulation_returns_the_gas_used) {
  BOOST_TEST(good(decode_simulation(response("simulate-ok"))).value == 133184u);
  BOOST_TEST(refused(decode_simulation("")));
}

BOOST_AUTO_TEST_CASE(open_nonces_scores_and_yes_or_no_are_read) {
  BOOST_TEST((good(decode_nonces(response("unfulfilled-worker-nonces-3"))) == std::vector<Height>{{2180}}));
  BOOST_TEST(good(decode_nonces(response("unfulfilled-worker-nonces-1"))).empty());
  BOOST_TEST(good(decode_bool(response("topic-exists-1"))));
  BOOST_TEST(!good(decode_bool(response("topic-exists-99"))));
  BOOST_TEST((good(decode_score(response("inferer-score-ema-1"))) == ScoreEvent{{1}, {2163}, worker, {"0"}}));
}

BOOST_AUTO_TEST_CASE(the_networks_conclusion_shows_our_part_in_it) {
  BOOST_TEST((good(decode_network_inference(response("latest-network-inferences-1"), worker)) ==
              BundleEvent{{1}, {2163}, {"0.0123"}, {{"", "0.0123"}}}));
  BOOST_TEST((good(decode_network_inference(response("latest-network-inferences-2"), worker)).ours ==
              std::vector<LabelledValue>{{"down", "0.3"}, {"flat", "0.2"}, {"up", "0.5"}}));
  BOOST_TEST(good(decode_network_inference(response("latest-network-inferences-2"), {"allo1other"})).ours.empty());
  BOOST_TEST(good(decode_network_inference(response("latest-network-inferences-3"), worker)).nonce.value == 0);
}

BOOST_AUTO_TEST_CASE(an_inference_is_decoded_with_or_without_labels) {
  wire::InputInferenceResponse answer;
  auto& inference = *answer.mutable_inference();
  inference.set_topic_id(1);
  inference.set_block_height(2180);
  inference.set_value("0.01");
  const auto values = [&] { return good(decode_inference(answer.SerializeAsString(), {1})).values; };
  BOOST_TEST((values() == std::vector<LabelledValue>{{"", "0.01"}}));
  inference.set_value("0");
  auto* y = inference.add_values();
  y->set_label("y");
  y->set_value("0.02");
  BOOST_TEST((values() == std::vector<LabelledValue>{{"", "0.02"}}));
  inference.add_values()->set_label("z");
  BOOST_TEST((values() == std::vector<LabelledValue>{{"y", "0.02"}, {"z", ""}}));
}

BOOST_AUTO_TEST_CASE(impossible_heights_are_refused) {
  wire::WindowStatusResponse window;
  window.set_next_window_start_block(-1);
  BOOST_TEST(refused(decode_window(window.SerializeAsString(), {1}, {})));
  window.Clear();
  window.set_is_open(true);
  BOOST_TEST(refused(decode_window(window.SerializeAsString(), {1}, {})));
  wire::GetTopicResponse topic;
  topic.mutable_topic()->set_id(1);
  BOOST_TEST(refused(decode_topic(topic.SerializeAsString(), {1})));
  topic.mutable_topic()->set_epoch_length(30);
  topic.mutable_topic()->set_worker_submission_window(15);
  BOOST_TEST(!refused(decode_topic(topic.SerializeAsString(), {1}))); // v9 has no arity
  topic.mutable_topic()->set_output_arity(3);
  BOOST_TEST(refused(decode_topic(topic.SerializeAsString(), {1})));
  wire::NoncesResponse nonces;
  nonces.mutable_nonces()->add_nonces();
  BOOST_TEST(refused(decode_nonces(nonces.SerializeAsString())));
}

BOOST_AUTO_TEST_CASE(no_damage_to_any_recorded_answer_crashes_any_decoder) {
  static const auto& file = test::golden_json("queries.json");
  std::size_t tried = 0;
  for (const auto& row : file.at("queries").as_array()) {
    const auto whole = test::unhex(row.at("response"));
    if (whole.size() > 600) continue; // the simulation's events; same format
    test::damage(whole, [&](const std::string& bytes) {
      static_cast<void>(decode_window(bytes, {1}, {}));
      static_cast<void>(decode_topic(bytes, {1}));
      static_cast<void>(decode_inference(bytes, {1}));
      static_cast<void>(decode_account(bytes, worker));
      static_cast<void>(decode_balance(bytes));
      static_cast<void>(decode_gas_price(bytes));
      static_cast<void>(decode_simulation(bytes));
      static_cast<void>(decode_nonces(bytes));
      static_cast<void>(decode_bool(bytes));
      static_cast<void>(decode_score(bytes));
      static_cast<void>(decode_network_inference(bytes, worker));
      ++tried;
    });
  }
  BOOST_TEST(tried > 1000u);
}
