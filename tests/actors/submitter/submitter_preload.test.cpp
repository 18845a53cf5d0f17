#define BOOST_TEST_MODULE submitter_preload
#include "tests/actors/submitter/submitter_fixture.hpp"

using namespace inferd;
using namespace inferd::test;

namespace {

SubmissionState state(const CoreFixture& s, TopicId topic = btc, Height at = nonce) {
  return s.core->submissions().at({at, topic}).state;
}

} // namespace

BOOST_AUTO_TEST_CASE(only_the_next_in_sequence_is_preloaded_once_it_is_stored) {
  CoreFixture s;
  s.ready().predict().tell(Granted{btc, nonce});
  BOOST_TEST(!s.preloaded);
  const auto tx = s.only<StoreSigned>().signed_tx;
  s.tell(SignedStored{btc, nonce, tx.hash});
  BOOST_REQUIRE(s.preloaded);
  BOOST_TEST((*s.preloaded == Broadcast{btc, nonce, tx.hash, tx.tx}));
  s.prepare(eth);
  BOOST_TEST((s.preloaded->topic == btc));
  BOOST_TEST((state(s, eth) == SubmissionState::Ready));
}

BOOST_AUTO_TEST_CASE(a_sent_preload_is_in_flight_and_the_next_sequence_follows) {
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

BOOST_AUTO_TEST_CASE(an_opening_known_only_from_a_poll_cancels_the_preload_and_sends_it) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.tell(WindowOpened{btc, nonce, closes, "poll", s.now});
  BOOST_TEST(!s.preloaded);
  BOOST_TEST((s.only<Broadcast>().hash == tx.hash));
}

BOOST_AUTO_TEST_CASE(a_preload_is_cancelled_before_its_replacement_is_signed) {
  CoreFixture s;
  const auto old = s.ready().prepare();
  s.answers_cancel = false;
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

BOOST_AUTO_TEST_CASE(a_preload_sent_during_its_cancellation_is_not_signed_anew) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.answers_cancel = false;
  s.tell(GasPriceArrived{GasPrice{3'000'000'000}});
  s.tell(PreloadSent{btc, nonce, tx.hash, s.now}).tell(PreloadCancelled{s.now});
  BOOST_TEST((state(s) == SubmissionState::Sending));
  BOOST_TEST(s.effects.empty());
  s.tell(WindowOpened{btc, nonce, closes, "event", s.now});
  BOOST_TEST(s.effects.empty());
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_while_a_preload_is_being_cancelled) {
  CoreFixture s;
  s.ready();
  s.prepare(btc, Height{910});
  s.answers_cancel = false;
  s.predict(eth, Height{905}).tell(Granted{eth, Height{905}}); // opens earlier: takes the preloaded sequence
  for (const auto& stored : s.all<StoreSigned>()) s.tell(SignedStored{stored.topic, stored.nonce, stored.signed_tx.hash});
  s.effects.clear();
  s.tell(WindowOpened{eth, Height{905}, Height{920}, "event", s.now});
  BOOST_TEST(s.all<Broadcast>().empty());
  s.tell(PreloadCancelled{s.now});
  BOOST_TEST((s.all<Broadcast>().size() == 1u && s.all<Broadcast>().front().topic == eth));
}

BOOST_AUTO_TEST_CASE(a_drain_cancels_the_preload_and_starts_no_other) {
  CoreFixture s;
  s.ready().prepare();
  s.tell(Drain{"stop", Instant{s.now.value + 25'000}});
  BOOST_TEST(!s.preloaded);
  BOOST_TEST(s.all<Drained>().size() == 1u);
  s.advance(1'000);
  BOOST_TEST(!s.preloaded);
}

BOOST_AUTO_TEST_CASE(a_dry_run_preloads_nothing) {
  CoreFixture s({.dry_run = true});
  s.ready().prepare();
  BOOST_TEST(!s.preloaded);
}

BOOST_AUTO_TEST_CASE(the_preload_of_a_window_that_never_opened_is_cancelled_and_missed) {
  CoreFixture s;
  s.ready().prepare();
  s.effects.clear();
  s.head(closes.value + 1);
  BOOST_TEST(!s.preloaded);
  BOOST_TEST((s.only<BookOutcome>().status == Status::missed));
}

BOOST_AUTO_TEST_CASE(the_preload_of_a_previous_submitter_is_looked_up) {
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
