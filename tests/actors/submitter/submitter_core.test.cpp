#define BOOST_TEST_MODULE submitter_core
#include "tests/actors/submitter/submitter_fixture.hpp"

using namespace inferd;
using namespace inferd::test;

BOOST_AUTO_TEST_CASE(a_prepared_window_costs_one_broadcast_when_it_opens) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  BOOST_TEST(s.all<Broadcast>().empty());
  s.effects.clear();
  s.open();
  BOOST_REQUIRE_EQUAL(s.effects.size(), 1u);
  BOOST_TEST((std::get<Broadcast>(s.effects.front()).hash == tx.hash));
}

BOOST_AUTO_TEST_CASE(nothing_is_signed_before_the_claim_is_granted) {
  CoreFixture s;
  s.ready().predict();
  BOOST_TEST(s.all<ClaimNonce>().size() == 1u);
  BOOST_TEST(s.all<StoreSigned>().empty());
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_before_the_books_have_the_bytes) {
  CoreFixture s;
  s.ready().open().predict().tell(Granted{btc, nonce});
  BOOST_TEST(s.all<StoreSigned>().size() == 1u);
  BOOST_TEST(s.all<Broadcast>().empty());
  const auto tx = s.only<StoreSigned>().signed_tx;
  s.tell(StoreFailed{btc, nonce, tx.hash, "disk full"});
  BOOST_TEST(s.all<Broadcast>().empty());
  s.advance(2'000);
  BOOST_TEST((s.only<StoreSigned>().signed_tx == tx));
  s.tell(SignedStored{btc, nonce, tx.hash});
  BOOST_TEST((s.only<Broadcast>().hash == tx.hash));
}

BOOST_AUTO_TEST_CASE(an_accepted_payload_in_a_block_is_booked_as_confirmed_with_its_fee) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::Accepted);
  BOOST_TEST((s.only<MarkSent>().status == Status::sent));
  s.in_block(tx.hash);
  const auto outcome = s.only<BookOutcome>();
  BOOST_TEST((outcome.status == Status::confirmed));
  BOOST_TEST((outcome.fee.value == tx.fee.value));
  BOOST_TEST(outcome.height.value == 902);
  s.tell(OutcomeBooked{btc, nonce});
  BOOST_TEST(s.core->submissions().empty());
}

BOOST_AUTO_TEST_CASE(the_same_window_is_answered_once_however_often_it_is_predicted) {
  CoreFixture s;
  s.ready().prepare();
  s.effects.clear();
  s.predict();
  BOOST_TEST(s.effects.empty());
}

BOOST_AUTO_TEST_CASE(bytes_carry_the_window_end_as_their_timeout) {
  CoreFixture s;
  BOOST_TEST(s.ready().prepare().timeout.value == closes.value);
}

BOOST_AUTO_TEST_CASE(after_an_unanswered_broadcast_the_hash_is_looked_up_and_the_bytes_are_resent) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().only<Broadcast>();
  s.tell(AskFailed{Request::Broadcast, btc, nonce, tx.hash, Verdict::NoAnswer, "timeout"});
  BOOST_TEST((s.all<MarkSent>().front().status == Status::uncertain));
  BOOST_TEST((s.only<AskTx>().hash == tx.hash));
  s.tell(TxLookedUp{.hash = tx.hash, .found = false, .head = Height{901}});
  BOOST_TEST((s.only<Broadcast>().tx == tx.tx));
  s.check_tx(tx.hash, Verdict::AlreadyInMempool).in_block(tx.hash);
  BOOST_TEST((s.only<BookOutcome>().status == Status::confirmed));
}

BOOST_AUTO_TEST_CASE(a_lost_answer_found_in_a_block_is_confirmed_and_not_sent_again) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().tell(AskFailed{Request::Broadcast, btc, nonce, tx.hash, Verdict::NoAnswer, "reset"});
  s.effects.clear();
  s.tell(TxLookedUp{tx.hash, true, Height{901}, Verdict::Accepted, 0, "", "", Gas{150'000}, Height{902}});
  BOOST_TEST(s.all<Broadcast>().empty());
  BOOST_TEST((s.only<BookOutcome>().status == Status::confirmed));
}

BOOST_AUTO_TEST_CASE(what_may_have_been_sent_before_a_crash_is_looked_up_before_anything_new) {
  CoreFixture first;
  const auto tx = first.ready().prepare();
  const auto row = Unfinished{first.core->submissions().begin()->second.prediction, Status::stored, {tx}};

  CoreFixture s;
  s.ready({row});
  s.effects.clear();
  s.open();
  BOOST_TEST(s.all<Broadcast>().empty());
  BOOST_TEST(s.all<StoreSigned>().empty());
  s.advance(2'000);
  BOOST_TEST((s.only<AskTx>().hash == tx.hash));
  s.tell(TxLookedUp{.hash = tx.hash, .found = false, .head = Height{901}});
  s.tell(AccountArrived{s.wallet(), true, 2, Sequence{17}, Uallo{1'000'000'000}});
  BOOST_TEST((s.only<Broadcast>().tx == tx.tx)); // the stored bytes
}

BOOST_AUTO_TEST_CASE(bytes_stored_before_a_crash_are_sent_at_the_opening_and_delay_no_other_topic) {
  CoreFixture first;
  const auto tx = first.ready().prepare();
  const auto row = Unfinished{first.core->submissions().begin()->second.prediction, Status::stored, {tx}};

  CoreFixture s;
  s.ready({row});
  s.tell(TxLookedUp{.hash = tx.hash, .found = false, .head = Height{897}});
  s.tell(AccountArrived{s.wallet(), true, 2, Sequence{17}, Uallo{1'000'000'000}});
  BOOST_TEST(s.all<Broadcast>().empty());
  s.effects.clear();
  BOOST_TEST(s.prepare(eth).sequence.value == 18u); // another topic does not wait for the look-up
  s.effects.clear();
  s.open();
  const auto sent = s.all<Broadcast>();
  BOOST_REQUIRE_EQUAL(sent.size(), 2u);
  BOOST_TEST((sent[0].tx == tx.tx));
}

BOOST_AUTO_TEST_CASE(bytes_in_no_block_after_their_timeout_are_missed) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::Accepted).tell(WindowClosed{btc, nonce, s.now});
  s.effects.clear();
  s.tell(TxLookedUp{.hash = tx.hash, .found = false, .head = closes}); // the index may be behind the head
  BOOST_TEST(s.effects.empty());
  s.tell(TxLookedUp{.hash = tx.hash, .found = false, .head = Height{916}});
  BOOST_TEST((s.only<BookOutcome>().status == Status::missed));
}

BOOST_AUTO_TEST_CASE(several_windows_in_one_block_are_sent_in_order_of_sequence_without_waiting) {
  CoreFixture s;
  s.ready();
  const auto a = s.prepare(btc), b = s.prepare(eth);
  BOOST_TEST(a.sequence.value == 17u);
  BOOST_TEST(b.sequence.value == 18u);
  s.effects.clear();
  s.open(eth); // opening reported first; sequence order is kept
  s.open(btc);
  const auto sent = s.all<Broadcast>();
  BOOST_REQUIRE_EQUAL(sent.size(), 2u);
  BOOST_TEST((sent[0].hash == a.hash));
  BOOST_TEST((sent[1].hash == b.hash));
}

BOOST_AUTO_TEST_CASE(a_window_that_opens_before_its_turn_takes_the_first_free_sequence) {
  CoreFixture s;
  s.ready();
  s.prepare(btc, Height{910});
  s.effects.clear();
  s.predict(eth, Height{905}).tell(Granted{eth, Height{905}}); // opens earlier: takes the first sequence
  for (const auto& stored : s.all<StoreSigned>())
    BOOST_TEST(stored.signed_tx.sequence.value == (stored.topic == eth ? 17u : 18u));
  BOOST_TEST(s.all<StoreSigned>().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_refusal_does_not_fail_the_later_sequences) {
  CoreFixture s;
  s.ready();
  const auto a = s.prepare(btc), b = s.prepare(eth);
  s.open(btc).open(eth);
  s.effects.clear();
  s.check_tx(a.hash, Verdict::Defect);
  BOOST_TEST((s.only<BookOutcome>().status == Status::refused));
  s.tell(BroadcastAnswered{
    eth, nonce, b.hash, Verdict::WrongSequence, 32, "sdk", "expected 17, got 18", Sequence{17}, {}, "node", s.now, true});
  const auto signed_again = s.only<StoreSigned>();
  BOOST_TEST(signed_again.signed_tx.sequence.value == 17u);
  BOOST_TEST((signed_again.replaces == b.hash));
  s.tell(SignedStored{eth, nonce, signed_again.signed_tx.hash});
  BOOST_TEST((s.only<Broadcast>().hash == signed_again.signed_tx.hash));
}

BOOST_AUTO_TEST_CASE(predictions_that_come_in_any_order_cost_one_signature_each) {
  CoreFixture s;
  s.tell(ConnectionUp{"node", "localnet", "v10", Height{890}, s.now});
  Unresolved books{.wallet = s.wallet()};
  for (std::uint64_t id = 1; id <= 50; ++id) books.gas.push_back({TopicId{id}, Gas{150'000}});
  s.tell(books).tell(AccountArrived{s.wallet(), true, 2, Sequence{17}, Uallo{1'000'000'000}});
  s.tell(GasPriceArrived{GasPrice{1'000'000'000}});
  s.effects.clear();
  for (std::uint64_t n = 1; n <= 50; ++n) {
    const TopicId topic{n * 37 % 51}; // a permutation of 1 to 50
    s.predict(topic).tell(Granted{topic, nonce});
  }
  BOOST_TEST(s.all<StoreSigned>().size() == 50u);
  for (const auto& stored : s.all<StoreSigned>()) s.tell(SignedStored{stored.topic, nonce, stored.signed_tx.hash});
  s.open(TopicId{9});
  const auto sent = s.all<Broadcast>();
  BOOST_REQUIRE_EQUAL(sent.size(), 50u); // same height: all are sent at the first opening
  for (std::size_t i = 0; i < sent.size(); ++i) {
    const auto& attempt = s.core->submissions().at({nonce, sent[i].topic}).attempts.back();
    BOOST_TEST(attempt.tx.sequence.value == 17 + i);
  }
}

BOOST_AUTO_TEST_CASE(a_sequence_used_by_another_process_is_detected_before_the_window_opens) {
  CoreFixture s;
  s.ready().prepare();
  s.effects.clear();
  s.tell(AccountArrived{s.wallet(), true, 2, Sequence{19}, Uallo{1'000'000'000}});
  BOOST_TEST(s.only<StoreSigned>().signed_tx.sequence.value == 19u);
  BOOST_TEST(s.core->clashes() == 1u);
}

BOOST_AUTO_TEST_CASE(a_closed_nonce_is_missed_and_not_confirmed) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::Accepted);
  s.effects.clear();
  s.in_block(tx.hash, Verdict::NonceNotOpen);
  const auto outcome = s.only<BookOutcome>();
  BOOST_TEST((outcome.status == Status::missed));
  BOOST_TEST((outcome.fee.value == tx.fee.value)); // refused in a block: charged
}

BOOST_AUTO_TEST_CASE(already_submitted_is_compared_with_what_the_chain_holds) {
  for (const auto* held : {"0.0123", "0.5"}) {
    CoreFixture s;
    const auto tx = s.ready().prepare();
    s.open().check_tx(tx.hash, Verdict::Accepted).in_block(tx.hash, Verdict::AlreadySubmitted);
    s.only<AskInference>();
    s.tell(InferenceArrived{btc, true, nonce, {{"", held}}});
    const auto expected = std::string(held) == "0.0123" ? Status::confirmed : Status::refused;
    BOOST_TEST((s.only<BookOutcome>().status == expected));
  }
}

BOOST_AUTO_TEST_CASE(no_outcome_is_booked_before_unresolved_arrives) {
  for (const bool by_event : {true, false}) {
    CoreFixture s;
    s.tell(ConnectionUp{"node", "localnet", "v10", Height{890}, s.now});
    s.predict().tell(ClaimRefused{btc, nonce, Status::open, "the books cannot be written: read-only", true});
    s.open();
    if (by_event) s.tell(WindowClosed{btc, nonce, s.now});
    else s.head(closes.value + 1);
    BOOST_TEST(s.all<BookOutcome>().empty());
    s.effects.clear();
    // Sent by the previous process.
    Unfinished held{{btc, nonce, closes, "csv", "m", Instant{}, {{"", "0.0123"}}}, Status::stored, {}};
    held.attempts.push_back({TxHash{"A1"}, {}, Sequence{17}, Gas{150'000}, Uallo{100}, closes, {{"", "0.0123"}}, {}});
    s.tell(Unresolved{s.wallet(), {held}, {}});
    BOOST_TEST((s.only<AskTx>().hash == TxHash{"A1"}));
    s.in_block(TxHash{"A1"});
    BOOST_TEST((s.only<BookOutcome>().status == Status::confirmed));
  }
}

BOOST_AUTO_TEST_CASE(a_dry_run_signs_and_books_but_never_broadcasts) {
  SubmitterPolicy p;
  p.dry_run = true;
  CoreFixture s(p);
  s.ready().prepare();
  s.effects.clear();
  s.open();
  BOOST_TEST(s.all<Broadcast>().empty());
  BOOST_TEST((s.only<BookOutcome>().status == Status::dry_run));
}

BOOST_AUTO_TEST_CASE(draining_resolves_what_is_in_flight_and_accepts_nothing_new) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::Accepted).effects.clear();
  s.tell(Drain{"SIGTERM", Instant{s.now.value + 25'000}});
  BOOST_TEST(s.all<Drained>().empty());
  s.predict(eth);
  BOOST_TEST(s.all<ClaimNonce>().empty());
  s.in_block(tx.hash).tell(OutcomeBooked{btc, nonce});
  BOOST_TEST(s.all<Drained>().size() == 1u);
  BOOST_TEST(s.all<Drained>().front().unresolved == 0u);
}

BOOST_AUTO_TEST_CASE(draining_ends_at_its_deadline) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::Accepted).effects.clear();
  s.tell(Drain{"SIGTERM", Instant{s.now.value + 25'000}}).advance(25'000);
  BOOST_TEST(s.all<Drained>().front().unresolved == 1u);
}

BOOST_AUTO_TEST_CASE(unanswered_requests_are_repeated_to_a_restarted_ledger) {
  CoreFixture s;
  s.ready().predict().effects.clear();
  s.tell(ChildRestarted{{PlaceKind::ledger}});
  BOOST_TEST(s.all<ClaimNonce>().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_window_that_closed_while_disconnected_has_that_reason_after_a_reconnect) {
  CoreFixture s;
  s.ready().prepare();
  s.tell(ConnectionDown{"node", "node: connection refused", s.now})
    .tell(ConnectionUp{"node", "localnet", "v10", Height{916}, s.now});
  s.effects.clear();
  s.tell(WindowClosed{btc, nonce, s.now});
  const auto outcome = s.only<BookOutcome>();
  BOOST_TEST((outcome.status == Status::missed));
  BOOST_TEST(outcome.reason.find("connection refused") != std::string::npos, outcome.reason);
}

// Found by a simulated year: 800 look-ups at once, when a node caught up with six hours of blocks.
BOOST_AUTO_TEST_CASE(a_burst_of_heads_causes_one_look_up) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::Accepted).advance(2'000);
  s.effects.clear();
  for (int h = 917; h < 1'200; ++h) s.head(h);
  BOOST_TEST(s.all<AskTx>().size() == 1u);
  s.advance(2'000);
  BOOST_TEST(s.all<AskTx>().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_refused_claim_drops_the_submission) {
  CoreFixture s;
  s.ready().predict().tell(ClaimRefused{btc, nonce, Status::confirmed, "answered already", false});
  BOOST_TEST(s.core->submissions().empty());
}

BOOST_AUTO_TEST_CASE(resent_bytes_refused_for_their_sequence_are_looked_up_before_signing_anew) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().tell(AskFailed{Request::Broadcast, btc, nonce, tx.hash, Verdict::NoAnswer, "reset"});
  s.tell(TxLookedUp{.hash = tx.hash, .found = false, .head = Height{901}}).effects.clear();
  s.check_tx(tx.hash, Verdict::WrongSequence, Sequence{18}); // used, by these bytes or by another process
  BOOST_TEST(s.all<StoreSigned>().empty());
  BOOST_TEST(s.all<AskTx>().size() == 1u);
  s.effects.clear();
  s.tell(TxLookedUp{tx.hash, true, Height{902}, Verdict::Accepted, 0, "", "", Gas{150'000}, Height{903}});
  BOOST_TEST((s.only<BookOutcome>().status == Status::confirmed));
}

// Found by simulated years: the bytes were in a block that the node which was asked did not have; others were signed, and three
// fees paid for one window.
BOOST_AUTO_TEST_CASE(a_node_that_is_behind_does_not_make_bytes_dead_whose_sequence_is_used) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().tell(AskFailed{Request::Broadcast, btc, nonce, tx.hash, Verdict::NoAnswer, "reset"});
  s.tell(TxLookedUp{.hash = tx.hash, .found = false, .verdict = Verdict::NotFound, .head = Height{901}});
  s.check_tx(tx.hash, Verdict::WrongSequence, Sequence{18}).effects.clear();
  for (const std::int64_t head : {902, 903, 904}) {
    s.head(head).tell(TxLookedUp{.hash = tx.hash, .found = false, .verdict = Verdict::NotFound, .head = Height{head}});
    for (const auto& sent : s.all<Broadcast>()) BOOST_TEST((sent.hash == tx.hash)); // the same, which land once
    BOOST_TEST(s.all<StoreSigned>().empty());
    if (!s.all<Broadcast>().empty()) s.check_tx(tx.hash, Verdict::WrongSequence, Sequence{18});
    s.effects.clear();
  }
  s.tell(TxLookedUp{.hash = tx.hash, .found = false, .verdict = Verdict::WrongSequence, .head = Height{905}});
  BOOST_TEST(s.core->clashes() == 1u); // in no block up to the use of its sequence: another process has the key
  BOOST_TEST((s.core->submissions().begin()->second.state == SubmissionState::Contested));
}

BOOST_AUTO_TEST_CASE(a_prediction_that_comes_before_the_books_answer_does_not_hide_what_was_stored) {
  CoreFixture first;
  const auto tx = first.ready().prepare();
  const auto row = Unfinished{first.core->submissions().begin()->second.prediction, Status::stored, {tx}};
  CoreFixture s;
  s.predict(); // the prediction arrives before Unresolved
  s.ready({row}).tell(ClaimRefused{btc, nonce, Status::stored, "under way", false});
  s.open().advance(2'000);
  BOOST_TEST((s.all<AskTx>().back().hash == tx.hash));
}

BOOST_AUTO_TEST_CASE(the_receiving_node_is_booked_with_and_without_an_answer) {
  CoreFixture silent;
  const auto tx = silent.ready().prepare();
  silent.open().tell(AskFailed{Request::Broadcast, btc, nonce, tx.hash, Verdict::NoAnswer, "reset"});
  BOOST_TEST(silent.all<MarkSent>().front().endpoint == "node");

  CoreFixture fast;
  fast.ready().prepare();
  fast.open().in_block(tx.hash);
  BOOST_TEST(fast.all<MarkSent>().front().endpoint == "node");
  BOOST_TEST((fast.all<BookOutcome>().front().status == Status::confirmed));
}

BOOST_AUTO_TEST_CASE(a_refusal_after_an_unanswered_broadcast_does_not_make_bytes_dead) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().tell(AskFailed{Request::Broadcast, btc, nonce, tx.hash, Verdict::NoAnswer, "reset"});
  s.tell(TxLookedUp{.hash = tx.hash, .found = false, .head = Height{901}}).effects.clear();
  s.check_tx(tx.hash, Verdict::FeeTooLow, {}, Uallo{900'000}); // the first sending may have been accepted
  BOOST_TEST(s.all<StoreSigned>().empty());
  s.in_block(tx.hash);
  BOOST_TEST((s.only<BookOutcome>().status == Status::confirmed));
}

BOOST_AUTO_TEST_CASE(what_was_stored_before_a_crash_counts_as_sent_when_it_is_refused_afterwards) {
  CoreFixture first;
  const auto tx = first.ready().prepare();
  CoreFixture s;
  s.ready({Unfinished{first.core->submissions().begin()->second.prediction, Status::stored, {tx}}});
  s.open().tell(TxLookedUp{.hash = tx.hash, .found = false, .head = Height{901}});
  s.only<Broadcast>();
  s.check_tx(tx.hash, Verdict::WrongSequence, Sequence{18}); // it landed between look-up and resend
  BOOST_TEST(s.all<StoreSigned>().empty());
  BOOST_TEST(s.core->clashes() == 0u);
  s.tell(TxLookedUp{tx.hash, true, Height{902}, Verdict::Accepted, 0, "", "", Gas{150'000}, Height{903}});
  BOOST_TEST((s.all<BookOutcome>().back().status == Status::confirmed));
}

// Found by a simulated year: the disk was read-only and the clock an hour ahead, and both were set right with the opening.
BOOST_AUTO_TEST_CASE(a_claim_that_failed_is_made_again_when_the_clock_was_set_back) {
  CoreFixture s;
  s.ready().predict().effects.clear();
  s.tell(ClaimRefused{btc, nonce, Status::open, "the books cannot be written: read-only", true});
  s.now.value -= 3'600'000;
  s.tell(Tick{Alarm::check_submissions});
  BOOST_TEST(s.all<ClaimNonce>().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_fate_that_no_node_can_tell_any_more_ends_as_unknown_and_never_holds_up_the_next_window) {
  const auto fails = [](CoreFixture& s, const TxHash& hash, Verdict verdict, const std::string& reason) {
    s.tell(AskFailed{Request::AskTx, {}, {}, hash, verdict, reason});
  };
  const auto in_flight_and_closed = [](CoreFixture& s) {
    const auto tx = s.ready().prepare();
    s.open();
    s.tell(AskFailed{Request::Broadcast, btc, nonce, tx.hash, Verdict::NoAnswer, "reset"}).head(950);
    return tx;
  };
  const auto ends = [](CoreFixture& s) { return s.all<BookOutcome>().size(); };
  { // the same refusal for ten minutes
    CoreFixture s;
    const auto tx = in_flight_and_closed(s);
    for (int i = 0; i < 9; ++i) s.now.value += 60'000, fails(s, tx.hash, Verdict::Unknown, "method not allowed");
    BOOST_TEST(ends(s) == 0u);
    for (int i = 0; i < 3; ++i) s.now.value += 60'000, fails(s, tx.hash, Verdict::Unknown, "method not allowed");
    BOOST_REQUIRE(ends(s) > 0u);
    BOOST_TEST(s.all<BookOutcome>().front().reason ==
               "sent, and whether it got into a block cannot be known: method not allowed");
  }
  { // changing nonsense, or silence, is a trouble that may pass
    CoreFixture s;
    const auto tx = in_flight_and_closed(s);
    for (int i = 0; i < 200; ++i) s.now.value += 60'000, fails(s, tx.hash, Verdict::Unknown, i % 2 ? "a" : "b");
    for (int i = 0; i < 200; ++i) s.now.value += 60'000, fails(s, tx.hash, Verdict::NoAnswer, "no answer");
    BOOST_TEST(ends(s) == 0u);
  }
  { // every node has pruned the blocks
    CoreFixture s;
    const auto tx = in_flight_and_closed(s);
    fails(s, tx.hash, Verdict::NotFound, "block 901: height 901 is not available");
    BOOST_TEST(ends(s) == 0u);
    fails(s, tx.hash, Verdict::NotFound, "block 901: height 901 is not available");
    BOOST_TEST(ends(s) == 1u);
  }
}

BOOST_AUTO_TEST_CASE(a_payload_in_a_block_without_a_result_has_paid_and_ends_with_a_reason_of_its_own) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::Accepted).head(950);
  const auto refused = "node is not persisting finalize block responses";
  for (int i = 0; i < 12 && s.all<BookOutcome>().empty(); ++i) {
    s.now.value += 60'000;
    s.tell(TxLookedUp{.hash = tx.hash, .found = true, .height = Height{902}, .verdict = Verdict::Unknown, .log = refused});
    BOOST_TEST((i >= 9 || s.all<BookOutcome>().empty())); // another node may still tell
  }
  const auto end = s.only<BookOutcome>();
  BOOST_TEST((end.status == Status::missed));
  BOOST_TEST(end.reason == "sent, and in block 902, but its result there cannot be known: " + std::string(refused));
  BOOST_TEST((end.fee == tx.fee && end.height == Height{902} && end.hash == tx.hash));
}

BOOST_AUTO_TEST_CASE(a_result_that_is_told_later_decides_over_the_fee) {
  for (const auto verdict : {Verdict::Accepted, Verdict::NonceNotOpen, Verdict::TimeoutPassed}) {
    CoreFixture s;
    const auto tx = s.ready().prepare();
    s.open().check_tx(tx.hash, Verdict::Accepted).effects.clear();
    s.tell(TxLookedUp{.hash = tx.hash, .found = true, .height = Height{902}, .verdict = Verdict::NoAnswer, .log = "silent"});
    BOOST_TEST(s.effects.empty());
    const auto code = verdict == Verdict::Accepted ? 0u : 30u;
    s.tell(TxLookedUp{tx.hash, true, Height{902}, verdict, code, "sdk", "log", Gas{150'000}, Height{903}});
    BOOST_TEST((s.only<BookOutcome>().fee == (verdict == Verdict::TimeoutPassed ? Uallo{} : tx.fee)));
  }
}

BOOST_AUTO_TEST_CASE(a_success_known_by_the_state_alone_leaves_the_gas_as_it_was) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::Accepted).effects.clear();
  s.tell(TxLookedUp{.hash = tx.hash, .found = true, .height = Height{902}, .verdict = Verdict::Accepted});
  const auto end = s.only<BookOutcome>();
  BOOST_TEST((end.status == Status::confirmed && end.fee == tx.fee && end.hash == tx.hash));
  BOOST_TEST((s.tell(OutcomeBooked{btc, nonce}).prepare(btc, Height{930}).gas == tx.gas));
}

BOOST_AUTO_TEST_CASE(a_look_up_carries_what_the_state_is_compared_with) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().tell(AskFailed{Request::Broadcast, btc, nonce, tx.hash, Verdict::NoAnswer, "reset"});
  const auto asked = s.only<AskTx>();
  BOOST_TEST((asked.topic == btc && asked.nonce == nonce && asked.values == tx.values && asked.timeout == closes));
}
