// CheckTx's results.

#include "runtime/chain/comet/rpc_answers.hpp"
#include "tests/conformance/chain_network.hpp"
#include "tests/conformance/shape.hpp"

using namespace inferd;
using namespace inferd::conformance;
using chain::Envelope;

namespace {

BroadcastAnswered refuses(const char* what, const SignedTx& tx, std::uint32_t code, const std::string& codespace,
                          const std::string& log, Verdict verdict) {
  const auto answer = network().send(tx);
  BOOST_TEST_CONTEXT(what) {
    BOOST_TEST(answer.code == code);
    BOOST_TEST(answer.codespace == codespace);
    BOOST_TEST(normalized_log(answer.log) == log);
    BOOST_TEST(answer.verdict == verdict);
    BOOST_TEST((answer.hash == tx.hash));
    BOOST_TEST(!network().ask<TxLookedUp>(AskTx{tx.hash}).found);
  }
  return answer;
}

SignedTx bytes(const std::string& raw) { return {chain::tx_hash(raw), {chain::to_base64(raw)}, {}, {}, {}, {}, {}, {}}; }

std::string raw_of(const SignedTx& tx) { return *chain::from_base64(tx.tx.base64); }

/// Passes CheckTx; no window of its nonce was ever open.
chain::Payload any() { return value(value_topic, {1}); }

} // namespace

BOOST_AUTO_TEST_SUITE(broadcasts)

BOOST_AUTO_TEST_CASE(a_sequence_that_is_not_the_next_is_refused_with_the_one_that_is) {
  auto& w = network().worker;
  const std::string words = "account sequence mismatch, expected #, got #: incorrect account sequence";
  const auto high = refuses("too high", w.payload(any(), w.modified([](Envelope& e) { e.sequence.value += 3; })), 32, "sdk",
                            words, Verdict::WrongSequence);
  BOOST_TEST(high.expected.value == w.next.sequence.value);
  const auto low = refuses("too low", w.payload(any(), w.modified([](Envelope& e) { --e.sequence.value; })), 32, "sdk", words,
                           Verdict::WrongSequence);
  BOOST_TEST(low.expected.value == w.next.sequence.value);
}

BOOST_AUTO_TEST_CASE(a_fee_that_is_too_low_is_refused_with_the_one_that_is_not) {
  auto& w = network().worker;
  const auto low = refuses("1 uallo", w.payload(any(), w.modified([](Envelope& e) { e.fee = {1}; })), 13, "sdk",
                           "error checking fee: got: #uallo required: #uallo, minGasPrice: #.#uallo, gas: #: insufficient fee",
                           Verdict::FeeTooLow);
  BOOST_TEST((low.required.value == w.next.gas.value)); // 1 uallo per gas
  refuses("one less than required", w.payload(any(), w.modified([](Envelope& e) { e.fee = {e.gas.value - 1}; })), 13, "sdk",
          "error checking fee: got: #uallo required: #uallo, minGasPrice: #.#uallo, gas: #: insufficient fee",
          Verdict::FeeTooLow);
  refuses("another coin", w.payload(any(), w.modified([](Envelope& e) { e.denom = "uatom"; })), 1, "undefined",
          "unable to get min gas price for denom uatom: error resolving denom: the only denom supported is uallo",
          Verdict::ConfigError);
  refuses("none", w.payload(any(), w.modified([](Envelope& e) { e.fee = {0}; })), 1, "feemarket",
          "got length #: no fee coin provided. Must provide one.", Verdict::Unknown);
}

BOOST_AUTO_TEST_CASE(too_little_gas_for_the_checks_alone) {
  auto& w = network().worker;
  refuses("20,000", w.payload(any(), w.modified([](Envelope& e) { e.gas = {20'000}; })), 11, "sdk",
          "out of gas in location: WriteFlat; gasWanted: #, gasUsed: #: out of gas", Verdict::OutOfGas);
}

BOOST_AUTO_TEST_CASE(an_account_without_money) {
  auto& n = network();
  refuses("never funded", n.unfunded.payload(any()), 9, "sdk", "account @ does not exist: unknown address", Verdict::NoFunds);
  refuses("less than the fee", n.poor.payload(any()), 5, "sdk",
          "error escrowing funds: spendable balance #uallo is smaller than #uallo: insufficient funds", Verdict::NoFunds);
}

BOOST_AUTO_TEST_CASE(a_signature_for_another_chain_or_account) {
  auto& w = network().worker;
  const std::string words = "signature verification failed; please verify account number (#) and chain-id (localnet): "
                            "(unable to verify single signer signature): unauthorized";
  refuses("chain id", w.payload(any(), w.modified([](Envelope& e) { e.chain_id = "othernet"; })), 4, "sdk", words,
          Verdict::ConfigError);
  refuses("account number", w.payload(any(), w.modified([](Envelope& e) { e.account_number += 1; })), 4, "sdk", words,
          Verdict::ConfigError);
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_transaction) {
  auto& w = network().worker;
  const auto whole = raw_of(w.payload(any()));
  refuses("a field without its bytes", bytes("\x0a\x7f"), 2, "sdk", "invalid length; unexpected EOF: tx parse error",
          Verdict::Defect);
  refuses("cut in half", bytes(whole.substr(0, whole.size() / 2)), 2, "sdk", "invalid length; unexpected EOF: tx parse error",
          Verdict::Defect);
  refuses("no number", w.payload(value(value_topic, {1}, "NaN")), 2, "sdk",
          "value must be finite: value is out of range: tx parse error", Verdict::Defect);
  refuses("beyond the chain's numbers", w.payload(value(value_topic, {1}, "1e41")), 2, "sdk",
          "value # cannot be greater than ±#e#: value is out of range: tx parse error", Verdict::Defect);
  refuses("another version", w.payload(any(), w.modified([](Envelope& e) { e.emissions = "v9"; })), 2, "sdk",
          "failed to retrieve the message of type \"emissions.v#.InputWorkerDataBundle\": tx parse error", Verdict::Defect);
}

BOOST_AUTO_TEST_CASE(a_timeout_height_that_has_passed) {
  auto& w = network().worker;
  refuses("height 1", w.payload(any(), w.modified([](Envelope& e) { e.timeout = {1}; })), 30, "sdk",
          "block height: #, timeout height: #: tx timeout height", Verdict::TimeoutPassed);
}

BOOST_AUTO_TEST_CASE(an_accepted_transaction_is_in_the_mempool_and_the_same_bytes_are_known) {
  auto& n = network();
  const auto tx = n.failing_worker.payload(any());
  const auto response = n.raw(chain::broadcast_call(tx.tx));
  BOOST_TEST(shape_mismatch(response, R"({"result":{"code":"number","log":"=","codespace":"=","hash":"hash"}})") == "");
  const auto answer = chain::decode_broadcast(response);
  BOOST_REQUIRE(std::holds_alternative<BroadcastAnswered>(answer));
  BOOST_TEST(std::get<BroadcastAnswered>(answer).verdict == Verdict::Accepted);
  BOOST_TEST(std::get<BroadcastAnswered>(answer).hash.hex == tx.hash.hex);
  ++n.failing_worker.next.sequence.value;

  const auto again = n.raw(chain::broadcast_call(tx.tx));
  BOOST_TEST(shape_mismatch(
               again, R"({"error":{"code":"number","message":"=Internal error","data":"=tx already exists in cache"}})") == "");
  BOOST_TEST(again.at("error").at("code").as_int64() == -32603);
  BOOST_TEST(n.send(tx).verdict == Verdict::AlreadyInMempool);

  // An unknown nonce: fails in its block, uses its sequence, and the bytes may be sent again.
  BOOST_TEST(n.included(tx.hash).verdict == Verdict::NonceNotOpen);
  const auto spent = n.send(tx);
  BOOST_TEST(spent.verdict == Verdict::WrongSequence);
  BOOST_TEST(spent.code == 32u);
  BOOST_TEST(spent.expected.value == n.failing_worker.next.sequence.value);
}

BOOST_AUTO_TEST_CASE(a_refusal_in_a_pipeline_fails_the_transactions_after_it) {
  auto& n = network();
  auto& c = n.failing_worker;
  const auto ahead = [&](std::uint64_t places) {
    return c.payload(any(), c.modified([&](Envelope& e) { e.sequence.value += places; }));
  };
  const auto first = ahead(0), second = ahead(1), third = ahead(2);
  BOOST_TEST(n.send(first).verdict == Verdict::Accepted);
  const auto spoilt = c.payload(any(), c.modified([](Envelope& e) { e.sequence.value += 1, e.fee = {1}; }));
  BOOST_TEST(n.send(spoilt).verdict == Verdict::FeeTooLow);
  BOOST_TEST(n.send(third).verdict == Verdict::WrongSequence);
  BOOST_TEST(n.send(second).verdict == Verdict::Accepted);
  BOOST_TEST(n.send(third).verdict == Verdict::Accepted);
  c.next.sequence.value += 3;
  for (const auto& tx : {first, second, third}) BOOST_TEST(n.included(tx.hash).verdict == Verdict::NonceNotOpen);
}

BOOST_AUTO_TEST_SUITE_END()
