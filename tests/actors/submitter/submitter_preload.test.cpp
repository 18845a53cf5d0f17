#define BOOST_TEST_MODULE submitter_arming
#include "tests/actors/submitter/submitter_fixture.hpp"

using namespace inferd;
using namespace inferd::test;

namespace {

SubmissionState state(const CoreFixture& s, TopicId topic = btc, Height at = nonce) {
  return s.core->submissions().at({at, topic}).state;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_next_in_sequence_is_armed_once_the_books_have_it_and_nobody_else) {
  CoreFixture s;
  s.ready().predict().tell(Granted{btc, nonce});
  BOOST_TEST(!s.preloaded);
  const auto tx = s.only<StoreSigned>().signed_tx;
  s.tell(SignedStored{btc, nonce, tx.hash});
  BOOST_REQUIRE(s.preloaded);
  BOOST_TEST((*s.preloaded == Broadcast{btc, nonce, tx.hash, tx.tx, false}));
  s.prepare(eth);
  BOOST_TEST((s.preloaded->topic == btc));
  BOOST_TEST((state(s, eth) == SubmissionState::Ready));
}

BOOST_AUTO_TEST_CASE(what_was_fired_is_under_way_and_the_next_is_sent_behind_it) {
  CoreFixture s;
  s.ready();
  const auto a = s.prepare(btc), b = s.prepare(eth);
  s.tell(PreloadSent{btc, nonce, a.hash, s.now});
  BOOST_TEST((state(s) == SubmissionState::Sending));
  BOOST_TEST((s.only<Broadcast>().hash == b.hash)); // opens at the same height
  s.tell(WindowOpened{btc, nonce, closes, "event", s.now}).tell(WindowOpened{eth, nonce, closes, "event", s.now});
  BOOST_TEST(s.effects.empty());
  s.check_tx(a.hash, Verdict::Accepted).in_block(a.hash);
  BOOST_TEST((s.only<BookOutcome>().status == Status::confirmed));
}

BOOST_AUTO_TEST_CASE(an_opening_that_only_a_poll_has_told_takes_the_bytes_back_and_sends_them) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.tell(WindowOpened{btc, nonce, closes, "poll", s.now});
  BOOST_TEST(!s.preloaded);
  BOOST_TEST((s.only<Broadcast>().hash == tx.hash));
}

BOOST_AUTO_TEST_CASE(bytes_are_taken_back_before_new_ones_are_signed_in_their_place) {
  CoreFixture s;
  const auto old = s.ready().prepare();
  s.answers_disarming = false;
  s.tell(GasPriceArrived{GasPrice{3'000'000'000}}); // the signed fee is now too low
  BOOST_TEST(!s.preloaded);
  BOOST_TEST(s.effects.empty());
  s.tell(PreloadCancelled{s.now});
  const auto tx = s.only<StoreSigned>().signed_tx;
  BOOST_TEST((tx.hash != old.hash));
  BOOST_TEST(!s.preloaded);
  s.tell(SignedStored{btc, nonce, tx.hash});
  BOOST_TEST((s.preloaded && s.preloaded->hash == tx.hash));
}

BOOST_AUTO_TEST_CASE(bytes_fired_while_they_were_being_taken_back_are_sent_and_nothing_is_signed) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.answers_disarming = false;
  s.tell(GasPriceArrived{GasPrice{3'000'000'000}});
  s.tell(PreloadSent{btc, nonce, tx.hash, s.now}).tell(PreloadCancelled{s.now});
  BOOST_TEST((state(s) == SubmissionState::Sending));
  BOOST_TEST(s.effects.empty());
  s.tell(WindowOpened{btc, nonce, closes, "event", s.now});
  BOOST_TEST(s.effects.empty());
}

BOOST_AUTO_TEST_CASE(nobody_goes_out_of_turn_while_bytes_are_being_taken_back) {
  CoreFixture s;
  s.ready();
  s.prepare(btc, Height{910});
  s.answers_disarming = false;
  s.predict(eth, Height{905}).tell(Granted{eth, Height{905}}); // opens earlier: takes the preloaded sequence
  for (const auto& stored : s.all<StoreSigned>()) s.tell(SignedStored{stored.topic, stored.nonce, stored.signed_tx.hash});
  s.effects.clear();
  s.tell(WindowOpened{eth, Height{905}, Height{920}, "event", s.now});
  BOOST_TEST(s.all<Broadcast>().empty());
  s.tell(PreloadCancelled{s.now});
  BOOST_TEST((s.all<Broadcast>().size() == 1u && s.all<Broadcast>().front().topic == eth));
}

BOOST_AUTO_TEST_CASE(a_drain_takes_back_what_is_armed_and_arms_nothing_more) {
  CoreFixture s;
  s.ready().prepare();
  s.tell(Drain{"stop", Instant{s.now.value + 25'000}});
  BOOST_TEST(!s.preloaded);
  BOOST_TEST(s.all<Drained>().size() == 1u);
  s.later(1'000);
  BOOST_TEST(!s.preloaded);
}

BOOST_AUTO_TEST_CASE(a_dry_run_arms_nothing) {
  CoreFixture s({.dry_run = true});
  s.ready().prepare();
  BOOST_TEST(!s.preloaded);
}

BOOST_AUTO_TEST_CASE(a_window_that_never_opened_is_taken_back_and_missed) {
  CoreFixture s;
  s.ready().prepare();
  s.effects.clear();
  s.head(closes.value + 1);
  BOOST_TEST(!s.preloaded);
  BOOST_TEST((s.only<BookOutcome>().status == Status::missed));
}

BOOST_AUTO_TEST_CASE(what_a_predecessor_had_armed_is_looked_up_like_everything_stored) {
  CoreFixture first;
  const auto tx = first.ready().prepare();
  const auto row = Unfinished{first.core->submissions().begin()->second.prediction, Status::stored, {tx}};
  CoreFixture s;
  s.ready({row});
  s.effects.clear();
  s.tell(PreloadSent{btc, nonce, tx.hash, s.now});
  BOOST_TEST((state(s) == SubmissionState::Uncertain));
  BOOST_TEST(s.all<Broadcast>().empty());
}
