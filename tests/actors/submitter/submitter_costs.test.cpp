#define BOOST_TEST_MODULE submitter_costs
// Costs: fees, gas, registration, refusals.
#include "base/allo.hpp"
#include "tests/actors/submitter/submitter_fixture.hpp"

using namespace inferd;
using namespace inferd::test;

BOOST_AUTO_TEST_CASE(a_fee_too_low_is_raised_to_what_the_chain_asks_within_the_cap) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().effects.clear();
  s.check_tx(tx.hash, Verdict::FeeTooLow, {}, Uallo{900'000});
  const auto again = s.only<StoreSigned>().signed_tx;
  BOOST_TEST((again.fee.value >= 900'000u));
  BOOST_TEST(again.sequence.value == tx.sequence.value);
}

BOOST_AUTO_TEST_CASE(a_fee_above_the_cap_is_not_paid_and_is_the_reason) {
  SubmitterPolicy p;
  p.fees.fee_cap = Uallo{100'000};
  CoreFixture s(p);
  s.ready().predict().tell(Granted{btc, nonce}).open();
  BOOST_TEST(s.all<StoreSigned>().empty());
  s.effects.clear();
  s.tell(WindowClosed{btc, nonce, s.now});
  BOOST_TEST(s.only<BookOutcome>().reason.find("fee_cap") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_fee_above_the_days_cap_ends_the_window_as_refused_with_the_books_reason) {
  CoreFixture s;
  s.ready().predict().tell(Granted{btc, nonce});
  BOOST_TEST(s.all<StoreSigned>().size() == 1u);
  s.effects.clear();
  s.tell(ClaimRefused{btc, nonce, Status::refused, "above the cap of the day"});
  const auto outcome = s.only<BookOutcome>();
  BOOST_TEST((outcome.status == Status::refused));
  BOOST_TEST(outcome.reason == "above the cap of the day");
  BOOST_TEST((outcome.fee == Uallo{}));
  s.open();
  BOOST_TEST(s.all<Broadcast>().empty());
  BOOST_TEST(s.all<StoreSigned>().empty());
}

BOOST_AUTO_TEST_CASE(a_price_that_rises_before_the_window_opens_gives_new_bytes) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.effects.clear();
  s.tell(GasPriceArrived{GasPrice{1'400'000'000}}); // covered by the tier
  BOOST_TEST(s.effects.empty());
  s.tell(GasPriceArrived{GasPrice{4'000'000'000}});
  const auto again = s.only<StoreSigned>();
  BOOST_TEST((again.signed_tx.fee.value > tx.fee.value));
  BOOST_TEST((again.replaces == tx.hash));
}

// Found by an operator: after the refusal the balance was reported as 0.
BOOST_AUTO_TEST_CASE(a_fee_refused_for_lack_of_funds_is_reported_with_the_true_balance_and_what_is_missing) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().effects.clear();
  s.check_tx(tx.hash, Verdict::NoFunds);
  BOOST_TEST(s.all<AskAccount>().size() == 1u);
  BOOST_TEST(!s.core->missing_funds()); // the known balance would cover it
  BOOST_TEST(s.core->why_not_ready().find("the chain refused the fee of") == 0u);
  const Uallo balance{tx.fee.value - 12'301};
  s.tell(AccountArrived{s.wallet(), true, 2, Sequence{17}, balance});
  BOOST_TEST((s.core->balance() == balance));
  BOOST_TEST((s.core->missing_funds() == Uallo{12'301}));
  const auto why =
    "balance of " + money_text(balance) + " is below the fee of " + money_text(tx.fee) + ": 12301 uallo are missing";
  BOOST_TEST(s.core->why_not_ready() == why);
  s.effects.clear();
  s.tell(WindowClosed{btc, nonce, s.now});
  const auto outcome = s.only<BookOutcome>();
  BOOST_TEST((outcome.status == Status::refused));
  BOOST_TEST(outcome.reason == why);
}

BOOST_AUTO_TEST_CASE(a_fee_refused_just_before_the_window_closes_ends_it_with_the_fee) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::NoFunds).effects.clear();
  s.tell(WindowClosed{btc, nonce, s.now}); // the balance has not arrived
  const auto outcome = s.only<BookOutcome>();
  BOOST_TEST((outcome.status == Status::refused));
  BOOST_TEST(outcome.reason == "the chain refused the fee of " + money_text(tx.fee) + " for lack of funds");
}

BOOST_AUTO_TEST_CASE(a_top_up_within_the_window_ends_the_lack_of_funds) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::NoFunds).tell(AccountArrived{s.wallet(), true, 2, Sequence{17}, Uallo{1}});
  BOOST_TEST(s.core->missing_funds().has_value());
  s.effects.clear();
  s.tell(AccountArrived{s.wallet(), true, 2, Sequence{17}, Uallo{1'000'000'000}}).advance(2'000);
  BOOST_TEST(!s.core->missing_funds());
  BOOST_TEST(s.core->why_not_ready().empty());
  BOOST_TEST(s.all<StoreSigned>().size() + s.all<Broadcast>().size() >= 1u);
}

BOOST_AUTO_TEST_CASE(an_unregistered_worker_registers_and_then_answers_inside_the_window) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::Accepted);
  s.effects.clear();
  s.in_block(tx.hash, Verdict::NotRegistered);
  const auto registration = s.only<StoreSigned>();
  BOOST_TEST(registration.nonce.value == 0);
  s.tell(SignedStored{btc, Height{0}, registration.signed_tx.hash});
  BOOST_TEST((s.only<Broadcast>().hash == registration.signed_tx.hash));
  s.check_tx(registration.signed_tx.hash, Verdict::Accepted).in_block(registration.signed_tx.hash);
  s.effects.clear();
  s.tell(OutcomeBooked{btc, Height{0}}).advance(2'000);
  const auto stores = s.all<StoreSigned>();
  BOOST_REQUIRE_EQUAL(stores.size(), 1u);
  BOOST_TEST(stores.front().nonce.value == nonce.value);
}

BOOST_AUTO_TEST_CASE(registration_that_is_not_allowed_is_a_refusal) {
  SubmitterPolicy p;
  p.may_register = false;
  CoreFixture s(p);
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::Accepted);
  s.effects.clear();
  s.in_block(tx.hash, Verdict::NotRegistered);
  BOOST_TEST((s.only<BookOutcome>().status == Status::refused));
}

BOOST_AUTO_TEST_CASE(an_account_never_funded_is_a_clear_refusal_and_a_top_up_still_helps) {
  CoreFixture s;
  s.ready().tell(AccountArrived{s.wallet(), false, 0, {}, {}});
  s.predict().tell(Granted{btc, nonce}).open();
  BOOST_TEST(s.all<StoreSigned>().empty());
  s.tell(AccountArrived{s.wallet(), true, 2, Sequence{0}, Uallo{1'000'000'000}});
  BOOST_TEST(s.all<StoreSigned>().size() == 1u);

  CoreFixture never;
  never.ready().tell(AccountArrived{s.wallet(), false, 0, {}, {}});
  never.predict().tell(Granted{btc, nonce}).open().effects.clear();
  never.tell(WindowClosed{btc, nonce, never.now});
  const auto outcome = never.only<BookOutcome>();
  BOOST_TEST((outcome.status == Status::refused));
  BOOST_TEST(outcome.reason.find("never funded") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(gas_unknown_is_simulated_once_the_window_is_open) {
  CoreFixture s;
  s.tell(ConnectionUp{"node", "localnet", "v10", Height{890}, s.now}).tell(Unresolved{s.wallet(), {}, {}});
  s.tell(AccountArrived{s.wallet(), true, 2, Sequence{17}, Uallo{1'000'000'000}})
    .tell(GasPriceArrived{GasPrice{1'000'000'000}});
  s.predict().tell(Granted{btc, nonce});
  BOOST_TEST(s.all<Simulate>().empty());
  s.open();
  s.only<Simulate>();
  s.tell(Simulated{btc, nonce, Verdict::Accepted, Gas{150'000}, ""});
  BOOST_TEST(s.only<StoreSigned>().signed_tx.gas.value == 195'000u);
}

BOOST_AUTO_TEST_CASE(what_a_simulation_refuses_is_not_paid_for) {
  CoreFixture s;
  s.tell(ConnectionUp{"node", "localnet", "v10", Height{890}, s.now}).tell(Unresolved{s.wallet(), {}, {}});
  s.tell(AccountArrived{s.wallet(), true, 2, Sequence{17}, Uallo{1'000'000'000}})
    .tell(GasPriceArrived{GasPrice{1'000'000'000}});
  s.predict().tell(Granted{btc, nonce}).open().effects.clear();
  s.tell(Simulated{btc, nonce, Verdict::Defect, {}, "labels sum to 1.1"});
  BOOST_TEST((s.only<BookOutcome>().fee.value == 0u));
}

BOOST_AUTO_TEST_CASE(gas_exhausted_in_a_block_is_raised_and_the_lost_fee_is_booked) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::Accepted).effects.clear();
  s.in_block(tx.hash, Verdict::OutOfGas);
  const auto again = s.only<StoreSigned>().signed_tx;
  BOOST_TEST(again.gas.value > tx.gas.value);
  BOOST_TEST(again.sequence.value == tx.sequence.value + 1);
  s.tell(SignedStored{btc, nonce, again.hash}).check_tx(again.hash, Verdict::Accepted).effects.clear();
  s.in_block(again.hash);
  BOOST_TEST((s.only<BookOutcome>().fee.value == tx.fee.value + again.fee.value));
}

BOOST_AUTO_TEST_CASE(a_refusal_reported_by_event_and_look_up_is_charged_and_retried_once) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::Accepted).effects.clear();
  s.in_block(tx.hash, Verdict::OutOfGas);
  const auto again = s.only<StoreSigned>().signed_tx;
  for (int i = 0; i < 3; ++i)
    s.tell(TxLookedUp{tx.hash, true, Height{902}, Verdict::OutOfGas, 11, "sdk", "log", Gas{151'000}, Height{903}});
  BOOST_TEST(s.effects.empty());
  s.tell(SignedStored{btc, nonce, again.hash}).check_tx(again.hash, Verdict::Accepted).effects.clear();
  s.in_block(again.hash);
  BOOST_TEST((s.only<BookOutcome>().fee.value == tx.fee.value + again.fee.value));
}

BOOST_AUTO_TEST_CASE(what_a_block_refuses_before_the_message_has_cost_no_fee) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::Accepted).effects.clear();
  s.in_block(tx.hash, Verdict::TimeoutPassed);
  const auto outcome = s.only<BookOutcome>();
  BOOST_TEST((outcome.status == Status::missed));
  BOOST_TEST((outcome.fee.value == 0u));
}
