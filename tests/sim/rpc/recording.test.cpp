// Replays the 43 recorded submissions, byte for byte, on the simulated chain.
#define BOOST_TEST_MODULE recording
#include "tests/sim/sim_golden.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

using namespace inferd::sim;
using namespace inferd::sim::test;

namespace {

std::string tx_of(const boost::json::value& submission) { return *from_hex(str(submission.at("tx").at("tx"))); }

/// Applies changes made to the recorded network between submissions.
void prepare(ChainState& chain, const boost::json::value& submission) {
  const auto name = str(submission.at("name")), signer = str(submission.at("signer"));
  const auto& tx = submission.at("tx");
  if (name == "not-permitted-unregistered") chain.set_account(signer, {16, 0, 1'000'000'000, {}});
  if (name == "balance-too-low") chain.set_account(signer, {17, 0, 1'000, {}});
  if (name == "whitelisted-unregistered") chain.emissions().whitelist_globally(signer);
  // The worker also signed transactions that were not recorded.
  if (const auto* account = chain.account(signer); account && !name.starts_with("sequence-"))
    if (const auto sequence = tx.at("sequence").to_number<std::uint64_t>(); sequence > account->sequence) {
      auto moved = *account;
      moved.sequence = sequence;
      chain.set_account(signer, moved);
    }
}

} // namespace

BOOST_AUTO_TEST_CASE(every_recorded_submission_is_answered_in_the_same_place_with_the_same_words) {
  auto chain = recorded_chain();
  const auto recording = golden("transactions.json");
  BOOST_REQUIRE_EQUAL(recording.as_array().size(), 43u);
  for (const auto& submission : recording.as_array()) {
    const auto* included = submission.as_object().if_contains("included");
    if (included && included->is_null()) included = nullptr;
    if (included) advance_to(chain, std::stoll(str(included->at("height"))) - 1);
    prepare(chain, submission);
    BOOST_TEST_CONTEXT(str(submission.at("name"))) {
      const auto tx = tx_of(submission);
      const auto answer = chain.check_tx(tx);
      const auto& broadcast = submission.at("broadcast");
      BOOST_TEST(answer.error.empty());
      BOOST_TEST(answer.hash == str(broadcast.at("hash")));
      BOOST_TEST(answer.outcome.code == broadcast.at("code").to_number<std::uint32_t>());
      BOOST_TEST(answer.outcome.codespace == str(broadcast.at("codespace")));
      BOOST_TEST(answer.outcome.log == str(broadcast.at("log")));
      BOOST_TEST((chain.mempool_size() == 1) == (included != nullptr));
      if (!included) continue;

      chain.advance_block({});
      const auto* result = chain.tx(answer.hash);
      BOOST_REQUIRE(result);
      BOOST_TEST(result->height == std::stoll(str(included->at("height"))));
      BOOST_TEST(result->outcome.code == included->at("code").to_number<std::uint32_t>());
      BOOST_TEST(result->outcome.codespace == str(included->at("codespace")));
      BOOST_TEST(result->outcome.log == str(included->at("log")));
      BOOST_TEST(std::to_string(result->gas_wanted) == str(included->at("gas_wanted")));
      const auto recorded_gas = std::stod(str(included->at("gas_used")));
      BOOST_TEST(static_cast<double>(result->outcome.gas_used) == recorded_gas, boost::test_tools::tolerance(0.02));
    }
  }
}

BOOST_AUTO_TEST_CASE(an_accepted_payload_leaves_the_events_that_the_real_chain_leaves) {
  auto chain = recorded_chain();
  const auto recording = golden("transactions.json");
  const auto& first = recording.as_array().front();
  advance_to(chain, 1293);
  chain.check_tx(tx_of(first));
  const auto& events = chain.advance_block({}).txs.at(0)->events;
  const auto& recorded = first.at("included").at("events").as_array();
  BOOST_REQUIRE_EQUAL(events.size(), recorded.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    BOOST_TEST(events[i].type == str(recorded[i].at("type")));
    const auto& attributes = recorded[i].at("attributes").as_array();
    BOOST_REQUIRE_EQUAL(events[i].attributes.size(), attributes.size());
    const bool split_of_fee = i >= 12; // depends on the gas used, which the simulation only approximates
    for (std::size_t a = 0; a < attributes.size(); ++a) {
      BOOST_TEST(events[i].attributes[a].key == str(attributes[a].at("key")));
      if (!split_of_fee) BOOST_TEST(events[i].attributes[a].value == str(attributes[a].at("value")));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_refused_payload_has_paid_its_fee_and_one_refused_by_checktx_has_not) {
  auto chain = recorded_chain();
  const auto recording = golden("transactions.json");
  const auto before = chain.account(worker)->balance;
  chain.check_tx(tx_of(recording.at(0))); // nonce 1293 opens at the end of block 1293: one block too early
  advance_to(chain, 1293);
  BOOST_TEST(chain.tx(str(recording.at(0).at("tx").at("hash")))->outcome.code == 75u);
  BOOST_TEST((chain.account(worker)->balance == before - 2'500'000));
  BOOST_TEST(chain.account(worker)->sequence == 13u);
  BOOST_TEST(chain.check_tx(tx_of(recording.at(8))).outcome.code == 32u);
  BOOST_TEST((chain.account(worker)->balance == before - 2'500'000));
}

BOOST_AUTO_TEST_CASE(the_same_bytes_are_cached_after_success_and_checked_again_after_failure) {
  auto chain = recorded_chain();
  const auto recording = golden("transactions.json");
  const auto accepted = tx_of(recording.at(0)), duplicate = tx_of(recording.at(1));
  advance_to(chain, 1293);
  chain.check_tx(accepted);
  BOOST_TEST(chain.check_tx(accepted).error == "tx already exists in cache"); // in the mempool
  chain.advance_block({});
  BOOST_TEST(chain.check_tx(accepted).error == "tx already exists in cache"); // in a block

  chain.check_tx(duplicate);
  chain.advance_block({});
  const auto again = chain.check_tx(duplicate); // failed in a block: its sequence is used
  BOOST_TEST(again.error.empty());
  BOOST_TEST(again.outcome.log == "account sequence mismatch, expected 14, got 13: incorrect account sequence");

  const auto cheap = tx_of(recording.at(8));
  auto account = *chain.account(worker);
  account.sequence = 17;
  chain.set_account(worker, account);
  BOOST_TEST(chain.check_tx(cheap).outcome.code == 13u);
  BOOST_TEST(chain.check_tx(cheap).outcome.code == 13u); // never in the mempool: checked again
}

BOOST_AUTO_TEST_CASE(a_refusal_in_a_pipeline_fails_the_transactions_after_it) {
  auto chain = recorded_chain();
  const auto recording = golden("transactions.json");
  auto account = *chain.account(worker);
  account.sequence = 16;
  chain.set_account(worker, account);
  BOOST_TEST(chain.check_tx(tx_of(recording.at(4))).outcome.code == 0u);  // sequence 16
  BOOST_TEST(chain.check_tx(tx_of(recording.at(8))).outcome.code == 13u); // sequence 17, fee too low
  BOOST_TEST(chain.check_tx(tx_of(recording.at(12))).outcome.log          // sequence 18
             == "account sequence mismatch, expected 17, got 18: incorrect account sequence");
  BOOST_TEST(chain.check_tx(tx_of(recording.at(11))).outcome.code == 0u); // 17 again, now with a sufficient fee
  BOOST_TEST(chain.check_tx(tx_of(recording.at(12))).outcome.code == 0u);
  BOOST_TEST(chain.mempool_size() == 3u);
}
