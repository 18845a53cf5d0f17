// Payloads that pass CheckTx and fail in a block, with their fee charged. Simulate reports the same refusals without a fee.

#include "runtime/chain/comet/rpc_answers.hpp"
#include "tests/conformance/chain_network.hpp"
#include "tests/conformance/shape.hpp"

#include <utility>

using namespace inferd;
using namespace inferd::conformance;
using chain::Envelope;
using chain::Payload;

namespace {

constexpr std::uint64_t data_fee = 10; // of the emissions module, in addition to the fee

struct Expected {
  const char* what;
  Signer* signer;
  Payload payload;
  std::uint32_t code;
  std::string codespace, log; ///< after "failed to execute message; message index: 0: "
  Verdict verdict;
  Verdict simulated; ///< Simulate skips the transaction's signature and runs the whole message
};

/// Simulates and sends all of them; each block result must have the same refusal.
void all_refused(std::vector<Expected> cases) {
  auto& n = network();
  std::vector<TxHash> sent;
  for (auto& c : cases) {
    const auto tx = c.signer->payload(c.payload);
    const auto simulated = n.ask<Simulated>(Simulate{c.payload.topic, c.payload.nonce, tx.tx});
    BOOST_TEST_CONTEXT(c.what << ", simulated") {
      BOOST_TEST(simulated.verdict == c.simulated);
      BOOST_TEST(normalized_log(simulated.log) ==
                 "rpc error: code = Unknown desc = failed to execute message; message index: #: " + c.log +
                   " [place] with gas used: '#': unknown request");
    }
    sent.push_back(n.put(*c.signer, tx));
  }
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto& c = cases[i];
    const auto found = n.included(sent[i]);
    BOOST_TEST_CONTEXT(c.what << ", in block " << found.height.value) {
      BOOST_TEST(found.code == c.code);
      BOOST_TEST(found.codespace == c.codespace);
      BOOST_TEST(normalized_log(found.log) == "failed to execute message; message index: #: " + c.log);
      BOOST_TEST(found.verdict == c.verdict);
      BOOST_TEST(found.gas_used.value > 70'000u);
      BOOST_TEST(found.gas_used.value < 160'000u);
    }
  }
}

std::uint64_t balance(const Signer& who) { return network().ask<AccountArrived>(AskAccount{who.wallet()}).balance.value; }

} // namespace

BOOST_AUTO_TEST_SUITE(blocks)

BOOST_AUTO_TEST_CASE(refusals_of_a_topic_with_one_value) {
  auto& n = network();
  const auto open = n.opening(value_topic);
  auto *c = &n.failing_worker, *newcomer = &n.newcomer;
  all_refused({
    {"no such topic", c, value(no_topic, open.nonce), 6, "emissions", "invalid topic ID", Verdict::NoSuchTopic,
     Verdict::NoSuchTopic},
    {"too early", c, value(value_topic, {open.nonce.value + epoch}), 75, "emissions", "unfulfilled nonce not found",
     Verdict::NonceNotOpen, Verdict::NonceNotOpen},
    {"too late", c, value(value_topic, {open.nonce.value - epoch}), 75, "emissions", "unfulfilled nonce not found",
     Verdict::NonceNotOpen, Verdict::NonceNotOpen},
    {"not registered", newcomer, value(value_topic, open.nonce), 13, "emissions",
     "worker is not registered in this topic: address not registered", Verdict::NotRegistered, Verdict::NotRegistered},
    {"signed in another spelling", c, value(value_topic, open.nonce, "1.2345e-07"), 4, "sdk",
     "Error validating worker data bundle: signature verification failed: unauthorized", Verdict::Defect, Verdict::Defect},
    {"nothing in it", c, Payload{value_topic, open.nonce, {}, {}, {}, {}, {}}, 18, "sdk",
     "Error validating worker data bundle: inference and forecast cannot both be nil: invalid request", Verdict::Defect,
     Verdict::Defect},
    {"labels where one value is wanted", c, labels(value_topic, open.nonce, {{"up", "1"}}), 18, "sdk",
     "single-arity label must be \"y\", got \"up\": invalid request", Verdict::Defect, Verdict::Defect},
  });
}

BOOST_AUTO_TEST_CASE(refusals_of_a_topic_with_labels) {
  auto& n = network();
  const auto open = n.opening(label_topic);
  const auto with = [&](std::vector<LabelledValue> values) { return labels(label_topic, open.nonce, std::move(values)); };
  const std::string invalid = "input inference failed label validation: ";
  auto* c = &n.failing_worker;
  all_refused({
    {"a value without labels", c, value(label_topic, open.nonce), 18, "sdk",
     "failed to normalize admitted inference: multi-arity inference requires labeled values: invalid request", Verdict::Defect,
     Verdict::Defect},
    {"a label the topic does not know", c, with({{"up", "0.5"}, {"sideways", "0.5"}}), 96, "emissions",
     invalid + "label \"sideways\" is not in topic label whitelist: label is not in the topic's label whitelist",
     Verdict::Defect, Verdict::Defect},
    {"an empty label", c, with({{"", "1"}}), 95, "emissions",
     invalid + "input labeled value at index #: label is empty after trimming: invalid label name", Verdict::Defect,
     Verdict::Defect},
    {"a label twice", c, with({{"up", "0.5"}, {"UP", "0.5"}}), 95, "emissions",
     invalid + "duplicate label after canonicalization at index #: \"up\": invalid label name", Verdict::Defect,
     Verdict::Defect},
    {"too many labels", c, with({{"up", "0.25"}, {"down", "0.25"}, {"flat", "0.25"}, {"more", "0.25"}}), 97, "emissions",
     invalid + "submission has # labels, per-topic cap is #: too many labels in one submission (exceeds per-topic cap)",
     Verdict::Defect, Verdict::Defect},
    {"values that do not sum to one", c, with({{"up", "0.5"}, {"down", "0.5"}, {"flat", "0.1"}}), 18, "sdk",
     "failed to normalize admitted inference: require_unity violated: sum=#.# tol=#.#: invalid request", Verdict::Defect,
     Verdict::Defect},
  });
}

BOOST_AUTO_TEST_CASE(a_value_below_zero_is_taken_whatever_the_topic_says) {
  auto& n = network();
  BOOST_TEST(!n.ask<TopicArrived>(AskTopic{label_topic}).allow_negative);
  const auto open = n.opening(label_topic);
  const auto below = labels(label_topic, open.nonce, {{"up", "1.5"}, {"down", "-0.5"}, {"flat", "0"}});
  BOOST_TEST(n.included(n.put(n.failing_worker, n.failing_worker.payload(below))).verdict == Verdict::Accepted);
}

BOOST_AUTO_TEST_CASE(refusals_of_a_topic_with_a_list_of_workers) {
  auto& n = network();
  const auto open = n.opening(listed_topic);
  all_refused({
    {"not on the list", &n.unlisted_account, value(listed_topic, open.nonce), 83, "emissions",
     "Worker is not permitted to submit payload: not permitted to submit worker payload", Verdict::NotWhitelisted,
     Verdict::NotWhitelisted},
    {"on the list, not registered", &n.newcomer, value(listed_topic, open.nonce), 13, "emissions",
     "worker is not registered in this topic: address not registered", Verdict::NotRegistered, Verdict::NotRegistered},
  });
}

BOOST_AUTO_TEST_CASE(registrations) {
  auto& n = network();
  const auto again = n.failing_worker.registration(value_topic), nowhere = n.newcomer.registration(no_topic);
  const auto simulated = n.ask<Simulated>(Simulate{value_topic, {}, again.tx});
  BOOST_TEST(simulated.verdict == Verdict::AlreadyRegistered);
  const auto twice = n.put(n.failing_worker, again), missing = n.put(n.newcomer, nowhere);
  const auto unlisted = n.put(n.unlisted_account, n.unlisted_account.registration(listed_topic));
  const auto found = n.included(twice);
  BOOST_TEST(found.code == 8u);
  BOOST_TEST(found.codespace == "emissions");
  BOOST_TEST(normalized_log(found.log) ==
             "failed to execute message; message index: #: worker is already registered in this topic: "
             "address already registered in a topic");
  BOOST_TEST(found.verdict == Verdict::AlreadyRegistered);
  const auto none = n.included(missing);
  BOOST_TEST(none.code == 23u);
  BOOST_TEST(none.codespace == "emissions");
  BOOST_TEST(normalized_log(none.log) == "failed to execute message; message index: #: topic does not exist");
  BOOST_TEST(none.verdict == Verdict::NoSuchTopic);
  BOOST_TEST(n.included(unlisted).verdict == Verdict::Accepted); // only payloads need the whitelist
}

// The owner gets the rewards; whether a worker may answer does not depend on it.
BOOST_AUTO_TEST_CASE(a_worker_that_another_account_owns_answers_as_others_do) {
  auto& n = network();
  auto& w = n.unlisted_account;
  const auto registered = n.put(w, w.registration(label_topic, n.worker.wallet()));
  BOOST_TEST(n.included(registered).verdict == Verdict::Accepted);
  BOOST_TEST(n.ask<WindowStatusArrived>(AskWindow{label_topic, w.wallet()}).is_registered);
  const auto open = n.opening(label_topic);
  const auto answer = n.put(w, w.payload(labels(label_topic, open.nonce, good_labels)));
  BOOST_TEST(n.included(answer).verdict == Verdict::Accepted);
  const auto held = n.ask<InferenceArrived>(AskInference{label_topic, w.wallet()});
  BOOST_TEST(held.found);
  BOOST_TEST(held.nonce.value == open.nonce.value);
}

BOOST_AUTO_TEST_CASE(what_is_taken_from_an_account) {
  auto& n = network();
  auto& c = n.failing_worker; // earns no rewards: its label topic has no reputer
  auto before = balance(c);
  const auto paid = [&] { return std::exchange(before, balance(c)) - before; };

  n.send(c.payload(value(value_topic, {1}), c.modified([](Envelope& e) { e.fee = {1}; })));
  n.next_block();
  n.next_block();
  BOOST_TEST(paid() == 0u); // refused by CheckTx

  n.included(n.put(c, c.payload(value(value_topic, {1}))));
  BOOST_TEST((paid() == c.next.fee.value)); // refused in a block

  const auto open = n.opening(label_topic);
  const auto done = n.included(n.put(c, c.payload(labels(label_topic, open.nonce, good_labels))));
  BOOST_TEST(done.verdict == Verdict::Accepted);
  BOOST_TEST((paid() == c.next.fee.value + data_fee)); // accepted
}

BOOST_AUTO_TEST_CASE(too_little_gas_for_the_message) {
  auto& n = network();
  const auto open = n.opening(value_topic);
  const auto hash =
    n.put(n.failing_worker, n.failing_worker.payload(value(value_topic, open.nonce),
                                                     n.failing_worker.modified([](Envelope& e) { e.gas = {90'000}; })));
  const auto found = n.included(hash);
  BOOST_TEST(found.code == 11u);
  BOOST_TEST(found.codespace == "sdk");
  BOOST_TEST(normalized_log(found.log) == "out of gas in location: ReadFlat; gasWanted: #, gasUsed: #: out of gas");
  BOOST_TEST(found.verdict == Verdict::OutOfGas);
  BOOST_TEST(found.gas_used.value > 90'000u);
}

BOOST_AUTO_TEST_SUITE_END()
