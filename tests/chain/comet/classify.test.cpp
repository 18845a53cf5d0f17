#define BOOST_TEST_MODULE chain_classify
#include "runtime/chain/comet/classify.hpp"
#include "tests/chain/chain_golden.hpp"

#include <boost/test/unit_test.hpp>
#include <map>

using namespace inferd;
using namespace inferd::chain;
using test::text;

namespace {

namespace json = boost::json;
using V = Verdict;

std::string name_of(Verdict verdict) { return boost::describe::enum_to_string(verdict, "?"); }

Refusal refusal_in(const json::value& answer, bool in_block) {
  return {text(answer.at("codespace")), answer.at("code").to_number<std::uint32_t>(), text(answer.at("log")), in_block};
}

struct Row {
  Verdict check_tx;
  Verdict block = V::NoAnswer; ///< NoAnswer: not in a block
};

/// One row for each submission of transactions.json.
const std::map<std::string, Row> submissions{
  {"inference-accepted", {V::Accepted, V::Accepted}},
  {"duplicate-same-nonce", {V::Accepted, V::AlreadySubmitted}},
  {"bad-signature", {V::Accepted, V::Defect}},
  {"pubkey-mismatch", {V::Accepted, V::Defect}},
  {"non-canonical-decimal", {V::Accepted, V::Defect}},
  {"sequence-too-high", {V::WrongSequence}},
  {"sequence-too-low", {V::WrongSequence}},
  {"wrong-chain-id", {V::ConfigError}},
  {"fee-too-low", {V::FeeTooLow}},
  {"fee-wrong-denom", {V::ConfigError}},
  {"gas-too-low-ante", {V::OutOfGas}},
  {"gas-too-low-exec", {V::Accepted, V::OutOfGas}},
  {"nonce-not-open", {V::Accepted, V::NonceNotOpen}},
  {"nonce-in-future", {V::Accepted, V::NonceNotOpen}},
  {"topic-unknown", {V::Accepted, V::NoSuchTopic}},
  {"labelled-value", {V::Accepted, V::Defect}},
  {"canonical-small", {V::Accepted, V::Accepted}},
  {"with-extra-data-and-proof", {V::Accepted, V::Accepted}},
  {"forecast-and-inference", {V::Accepted, V::Accepted}},
  {"value-nan", {V::Defect}},
  {"value-too-large", {V::Defect}},
  {"empty-bundle", {V::Accepted, V::Defect}},
  {"garbage-message", {V::Defect}},
  {"garbage-tx", {V::Defect}},
  {"account-unknown", {V::NoFunds}},
  {"not-permitted-unregistered", {V::Accepted, V::NotRegistered}},
  {"balance-too-low", {V::NoFunds}},
  {"whitelisted-unregistered", {V::Accepted, V::NotRegistered}},
  {"register-accepted", {V::Accepted, V::Accepted}},
  {"register-twice", {V::Accepted, V::AlreadyRegistered}},
  {"labels-accepted", {V::Accepted, V::Accepted}},
  {"labels-sum-not-one", {V::Accepted, V::Defect}},
  {"label-not-whitelisted", {V::Accepted, V::Defect}},
  {"label-duplicate", {V::Accepted, V::Defect}},
  {"labels-too-many", {V::Accepted, V::Defect}},
  {"single-value-to-multi-topic", {V::Accepted, V::Defect}},
  {"labels-case", {V::Accepted, V::Accepted}},
  {"labels-to-single-topic", {V::Accepted, V::Defect}},
  {"timeout-height-passed", {V::TimeoutPassed}},
  {"label-y-accepted", {V::Accepted, V::Accepted}},
  {"value-zero", {V::Accepted, V::Accepted}},
  {"value-trailing-zeros", {V::Accepted, V::Accepted}},
  {"emissions-v9-type-url", {V::Defect}},
};

/// One row for each refused query of queries.json.
const std::map<std::string, Verdict> queries{
  {"account-info-unknown", V::ConfigError},
  {"gas-price-bad-denom", V::ConfigError},
  {"worker-latest-inference-1", V::NotFound},
  {"worker-latest-inference-2", V::NotFound},
  {"worker-latest-inference-3", V::NotFound},
  {"latest-network-inferences-outlier-resistant-2", V::Defect},
  {"topic-99", V::NoSuchTopic},
  {"open-worker-windows-99", V::NoSuchTopic},
  {"worker-registered-99", V::NoSuchTopic},
  {"window-status-99", V::NoSuchTopic},
  {"latest-network-inferences-outlier-resistant-99", V::NoSuchTopic},
  {"worker-latest-inference-99", V::NoSuchTopic},
  {"unknown-path", V::ConfigError},
  {"simulate-nonce-closed", V::NonceNotOpen},
};

Verdict verdict_of_error(const json::value& response) {
  const auto& error = response.at("error");
  const auto* data = error.as_object().if_contains("data");
  return classify(RpcError{error.at("code").to_number<std::int64_t>(), text(error.at("message")), data ? text(*data) : ""});
}

} // namespace

BOOST_AUTO_TEST_CASE(every_recorded_submission_has_its_verdict_in_checktx_and_in_its_block) {
  const auto& file = test::golden_json("transactions.json");
  BOOST_TEST(file.as_array().size() == submissions.size());
  for (const auto& row : file.as_array()) {
    const auto name = text(row.at("name"));
    const auto& expected = submissions.at(name);
    const auto check_tx = classify(refusal_in(row.at("broadcast"), false));
    BOOST_TEST(name_of(check_tx) == name_of(expected.check_tx), name);
    const auto* included = row.as_object().if_contains("included");
    BOOST_TEST((included != nullptr) == (expected.block != V::NoAnswer), name);
    if (included) BOOST_TEST(name_of(classify(refusal_in(*included, true))) == name_of(expected.block), name);
    if (const auto* again = row.as_object().if_contains("rebroadcast"))
      BOOST_TEST(name_of(verdict_of_error(json::object{{"error", *again}})) == "AlreadyInMempool", name);
    if (const auto* account = row.as_object().if_contains("account_query"))
      BOOST_TEST(name_of(classify_query(refusal_in(*account, false))) == "NotFound", name);
  }
}

BOOST_AUTO_TEST_CASE(every_recorded_query_has_its_verdict) {
  const auto& file = test::golden_json("queries.json");
  std::size_t refused = 0;
  for (const auto& row : file.at("queries").as_array()) {
    const auto name = text(row.at("name"));
    const auto refusal = refusal_in(row, false);
    const auto verdict = name.starts_with("simulate") ? classify_simulation(refusal) : classify_query(refusal);
    const auto expected = queries.find(name);
    BOOST_TEST(name_of(verdict) == name_of(expected == queries.end() ? V::Accepted : expected->second), name);
    refused += expected != queries.end();
  }
  BOOST_TEST(refused == queries.size());
}

BOOST_AUTO_TEST_CASE(every_recorded_rpc_error_has_its_verdict) {
  const auto& rpc = test::golden_json("queries.json").at("rpc");
  const auto& edge = test::golden_json("edge.json");
  const auto& socket = edge.at("websocket");
  const std::pair<const json::value*, Verdict> rows[] = {
    {&rpc.at("tx_not_found"), V::NotFound},
    {&rpc.at("unknown_method"), V::Defect},
    {&rpc.at("bad_params"), V::Defect},
    {&edge.at("same-bytes-after-inclusion"), V::AlreadyInMempool},
    {&socket.at("subscribe-twice"), V::Accepted},
    {&socket.at("subscribe-bad-query"), V::Defect},
    {&socket.at("unsubscribe-unknown"), V::NotFound},
    {&socket.at("subscriptions-limit"), V::Busy},
    {&socket.at("not-json"), V::Defect},
  };
  for (const auto& [response, expected] : rows) BOOST_TEST(name_of(verdict_of_error(*response)) == name_of(expected));
}

BOOST_AUTO_TEST_CASE(bytes_sent_again_after_a_failure_have_their_sequence_spent) {
  const auto& edge = test::golden_json("edge.json");
  const auto spent = refusal_in(edge.at("same-bytes-after-failed-inclusion").at("result"), false);
  BOOST_TEST(name_of(classify(spent)) == "WrongSequence");
  BOOST_TEST(expected_sequence(spent.log)->value == 90u);
  BOOST_TEST(name_of(classify(refusal_in(edge.at("same-bytes-after-checktx-refusal").at("result"), false))) == "FeeTooLow");
}

BOOST_AUTO_TEST_CASE(a_refusal_amid_a_pipeline_makes_the_next_sequence_too_high) {
  const auto& edge = test::golden_json("edge.json");
  const auto& answers = edge.at("pipeline-middle-refused").as_array();
  const V expected[] = {V::Accepted, V::FeeTooLow, V::WrongSequence};
  for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(name_of(classify(refusal_in(answers.at(i), false))) == name_of(expected[i]));
  BOOST_TEST(expected_sequence(text(answers.at(2).at("log")))->value == 91u);
}

BOOST_AUTO_TEST_CASE(a_simulation_gives_the_blocks_verdict_for_every_recorded_refusal) {
  for (const auto& row : test::golden_json("transactions.json").as_array()) {
    const auto* included = row.as_object().if_contains("included");
    const auto refusal = included ? refusal_in(*included, true) : refusal_in(row.at("broadcast"), false);
    if (!refusal.code) continue;
    const Refusal wrapped{"sdk", 6, "rpc error: code = Unknown desc = " + refusal.log + " with gas used: '1': unknown request"};
    BOOST_TEST(name_of(classify_simulation(wrapped)) == name_of(classify(refusal)), text(row.at("name")));
  }
}

BOOST_AUTO_TEST_CASE(what_the_registry_names_but_was_not_met_is_known_too) {
  BOOST_TEST(name_of(classify(Refusal{"emissions", 83, "", true})) == "NotWhitelisted");
  BOOST_TEST(name_of(classify(Refusal{"emissions", 23, "", true})) == "NoSuchTopic");
  BOOST_TEST(name_of(classify(RpcError{-32603, "Internal error", "error converting json params to arguments: x"})) == "Defect");
  BOOST_TEST(name_of(classify(Refusal{"sdk", 20, "mempool is full"})) == "Busy");
  BOOST_TEST(name_of(classify(RpcError{-32603, "Internal error", "mempool is full: number of txs 5000"})) == "Busy");
  BOOST_TEST(name_of(classify(Refusal{"sdk", 19, "tx already in mempool"})) == "AlreadyInMempool");
}

BOOST_AUTO_TEST_CASE(unlisted_codes_are_unknown) {
  BOOST_TEST(name_of(classify(Refusal{"emissions", 4242, "?"})) == "Unknown");
  BOOST_TEST(name_of(classify(Refusal{"sdk", 4242, "?"})) == "Unknown");
  BOOST_TEST(name_of(classify(Refusal{"undefined", 1, "something new"})) == "Unknown");
  BOOST_TEST(name_of(classify(Refusal{"undefined", 111222, "panic"})) == "Unknown");
  BOOST_TEST(name_of(classify_query(Refusal{"sdk", 6, "?"})) == "Unknown");
  BOOST_TEST(name_of(classify_simulation(Refusal{"sdk", 6, "?"})) == "Unknown");
  BOOST_TEST(name_of(classify(RpcError{-32603, "Internal error", "?"})) == "Unknown");
}

BOOST_AUTO_TEST_CASE(numbers_are_read_from_logs_only_where_they_stand) {
  BOOST_TEST(expected_sequence("account sequence mismatch, expected 17, got 22: incorrect account sequence")->value == 17u);
  BOOST_TEST((required_fee("got: 1uallo required: 250000uallo, minGasPrice: 1.0uallo")->value == 250000u));
  BOOST_TEST(
    (required_fee("got: 1uallo required: 55500000000000000000uallo")->value == parse_digits("55500000000000000000").value()));
  for (const auto log :
       {"", "expected 17, got 22", "account sequence mismatch, expected", "account sequence mismatch, expected x,",
        "account sequence mismatch, expected 99999999999999999999999, got 1"})
    BOOST_TEST(!expected_sequence(log), log);
  for (const auto log : {"", "required: ", "required: uallo", "required: 5uatom", "required: -5uallo",
                         "required: 9999999999999999999999999999999999999999uallo"})
    BOOST_TEST(!required_fee(log), log);
}
