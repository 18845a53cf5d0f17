#define BOOST_TEST_MODULE submitter_clash
#include "tests/actors/submitter/submitter_fixture.hpp"

using namespace inferd;
using namespace inferd::test;

// Another process with the same key: reported; nothing is signed anew before the chain has shown that the window has no
// submission.

BOOST_AUTO_TEST_CASE(a_used_sequence_is_reported_and_the_chain_is_queried_before_signing_anew) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().effects.clear();
  s.check_tx(tx.hash, Verdict::WrongSequence, Sequence{18});
  BOOST_TEST(s.all<StoreSigned>().empty());
  BOOST_TEST(s.only<ClashNoticed>().reason == "sequence 17 was used by a transaction that is not ours");
  BOOST_TEST(s.core->clash(s.now).starts_with("another process uses this key: sequence 17"));
  BOOST_TEST(s.core->clash(Instant{s.now.value + 3'600'000}).empty()); // expired
  s.head(901);
  s.only<AskInference>();
  s.tell(InferenceArrived{btc, true, nonce, {{"", "0.0123"}}}); // equal value, other submission
  const auto outcome = s.only<BookOutcome>();
  BOOST_TEST((outcome.status == Status::refused));
  BOOST_TEST((outcome.fee.value == 0u));
  BOOST_TEST(outcome.reason.find("not from here: another process uses this key") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_window_the_other_process_did_not_answer_is_answered_two_blocks_later) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::WrongSequence, Sequence{18}).head(901).effects.clear();
  s.tell(InferenceArrived{btc}); // it may be in the next block
  BOOST_TEST(s.effects.empty());
  s.head(902).tell(InferenceArrived{btc});
  const auto stored = s.only<StoreSigned>();
  BOOST_TEST(stored.signed_tx.sequence.value == 18u);
  BOOST_TEST(stored.why.starts_with("another process uses this key"));
}

BOOST_AUTO_TEST_CASE(a_process_that_uses_every_sequence_ends_the_retries) {
  CoreFixture s;
  auto tx = s.ready().prepare();
  s.open();
  int signatures = 1;
  for (std::int64_t h = 900; h < 915 && s.all<BookOutcome>().empty();) {
    s.effects.clear();
    s.check_tx(tx.hash, Verdict::WrongSequence, Sequence{tx.sequence.value + 1});
    h += 2;
    s.head(h - 1).head(h).tell(InferenceArrived{btc});
    if (const auto stored = s.all<StoreSigned>(); !stored.empty()) {
      tx = stored.back().signed_tx, ++signatures;
      s.tell(SignedStored{btc, nonce, tx.hash});
    }
  }
  BOOST_TEST(signatures == 4);
  BOOST_TEST((s.only<BookOutcome>().status == Status::refused));
}

BOOST_AUTO_TEST_CASE(a_clash_is_reported_once_a_minute) {
  CoreFixture s;
  s.ready();
  for (std::uint8_t i = 0; i < 10; ++i) s.in_block(TxHash{std::string(64, static_cast<char>('A' + i))});
  BOOST_TEST(s.core->clashes() == 10u);
  BOOST_TEST(s.all<ClashNoticed>().size() == 1u);
  s.advance(60'000).in_block(TxHash{std::string(64, 'Z')});
  BOOST_TEST(s.all<ClashNoticed>().size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_foreign_transaction_in_a_block_delays_unsent_bytes_until_the_chain_was_queried) {
  CoreFixture s;
  s.ready();
  s.open().predict().tell(Granted{btc, nonce}); // late: the window is open while the bytes are stored
  const auto tx = s.only<StoreSigned>().signed_tx;
  s.in_block(TxHash{std::string(64, 'F')});
  BOOST_TEST(s.only<AskInference>().topic.value == btc.value);
  s.tell(SignedStored{btc, nonce, tx.hash});
  BOOST_TEST(s.all<Broadcast>().empty());
  s.tell(InferenceArrived{btc, true, nonce, {{"", "9"}}});
  BOOST_TEST((s.only<BookOutcome>().status == Status::refused));
}

BOOST_AUTO_TEST_CASE(a_repeated_event_of_our_transaction_is_no_clash) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::Accepted).in_block(tx.hash).tell(OutcomeBooked{btc, nonce}).effects.clear();
  s.in_block(tx.hash);
  BOOST_TEST(s.core->clashes() == 0u);
  BOOST_TEST(s.effects.empty());
}
