#define BOOST_TEST_MODULE submitter_resend
// Sending again: after what wait, with which sequence, as which bytes.
#include "tests/actors/submitter/submitter_fixture.hpp"

using namespace inferd;
using namespace inferd::test;

BOOST_AUTO_TEST_CASE(a_payload_is_sent_again_at_once_then_with_backoff_or_the_next_block) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open();
  const auto lost = [&] {
    s.effects.clear();
    s.tell(AskFailed{Request::Broadcast, btc, nonce, tx.hash, Verdict::NoAnswer, "reset"});
    s.tell(TxLookedUp{.hash = tx.hash, .found = false, .head = Height{901}});
  };
  lost();
  BOOST_TEST(s.all<Broadcast>().size() == 1u);
  for (const std::int64_t wait : {500, 1'000, 2'000}) {
    lost();
    BOOST_TEST(s.advance(wait - 1).all<Broadcast>().empty());
    BOOST_TEST(s.advance(1).all<Broadcast>().size() == 1u);
  }
  lost();
  BOOST_TEST(s.head(902).all<Broadcast>().size() == 1u);
}

// Found by a simulated year: every mempool was full, the payload before it had died, and its bytes waited for that sequence.
BOOST_AUTO_TEST_CASE(a_payload_that_no_mempool_took_is_signed_again_when_its_sequence_is_wrong) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().effects.clear();
  s.check_tx(tx.hash, Verdict::Busy);
  BOOST_TEST(s.only<Broadcast>().hash.hex == tx.hash.hex); // at once
  s.effects.clear();
  s.check_tx(tx.hash, Verdict::Busy);
  BOOST_TEST(s.advance(499).all<Broadcast>().empty());
  s.effects.clear();
  s.tell(AccountArrived{s.wallet(), true, 2, Sequence{16}, Uallo{1'000'000'000}});
  const auto again = s.only<StoreSigned>();
  BOOST_TEST(again.signed_tx.sequence.value == 16u);
  s.effects.clear();
  s.tell(SignedStored{btc, nonce, again.signed_tx.hash});
  BOOST_TEST((s.only<Broadcast>().hash == again.signed_tx.hash));
}

BOOST_AUTO_TEST_CASE(an_expected_sequence_that_is_not_named_or_below_the_account_is_never_used) {
  for (const auto& expected : {std::optional<Sequence>(), std::optional(Sequence{0}), std::optional(Sequence{7})}) {
    CoreFixture s;
    const auto tx = s.ready().prepare(); // sequence 17, as the account
    s.open().effects.clear();
    s.check_tx(tx.hash, Verdict::WrongSequence, expected);
    BOOST_TEST(s.all<AskAccount>().size() == 1u);
    BOOST_TEST(s.all<SubmitterCore::LeaveEndpoint>().size() == (expected ? 1u : 0u));
    BOOST_TEST(s.all<StoreSigned>().empty());
    s.tell(AccountArrived{s.wallet(), true, 2, Sequence{17}, Uallo{1'000'000'000}});
    BOOST_TEST(s.only<StoreSigned>().signed_tx.sequence.value == 17u);
  }
}

BOOST_AUTO_TEST_CASE(a_sequence_used_in_a_block_is_not_handed_out_again) {
  CoreFixture s;
  const auto tx = s.ready().prepare();
  s.open().check_tx(tx.hash, Verdict::WrongSequence); // the account is asked; meanwhile the block has it
  s.tell(AccountArrived{s.wallet(), true, 2, Sequence{17}, Uallo{1'000'000'000}});
  s.in_block(tx.hash);
  BOOST_TEST((s.core->next_sequence() == Sequence{18}));
}

BOOST_AUTO_TEST_CASE(bytes_signed_a_second_time_are_no_longer_dead) {
  CoreFixture s;
  s.ready();
  const auto a = s.prepare(btc);
  s.effects.clear();
  s.tell(AccountArrived{s.wallet(), true, 2, Sequence{18}, Uallo{1'000'000'000}});
  const auto b = s.only<StoreSigned>();
  s.tell(SignedStored{btc, nonce, b.signed_tx.hash}).open().effects.clear();
  s.check_tx(b.signed_tx.hash, Verdict::WrongSequence, Sequence{17});
  s.tell(AccountArrived{s.wallet(), true, 2, Sequence{17}, Uallo{1'000'000'000}}); // the chain was rolled back
  const auto signed_again = s.only<StoreSigned>();
  BOOST_TEST((signed_again.signed_tx.hash == a.hash)); // deterministic
  s.tell(SignedStored{btc, nonce, a.hash});
  BOOST_TEST((s.only<Broadcast>().hash == a.hash));
  s.check_tx(a.hash, Verdict::Accepted).effects.clear();
  s.in_block(a.hash);
  BOOST_TEST((s.only<BookOutcome>().status == Status::confirmed));
}

// The books said missed of a payload that a block had taken, since the next node was the one that was behind.
BOOST_AUTO_TEST_CASE(a_head_that_goes_back_ends_no_window_whose_bytes_were_sent) {
  const auto behind = [](CoreFixture& s) {
    ConnectionUp up{"other", "localnet", "v10", Height{nonce.value - 200}, s.now};
    up.went_back = true;
    s.tell(ConnectionDown{"node", "gone", s.now}).effects.clear();
    s.tell(up);
  };
  {
    CoreFixture s;
    const auto tx = s.ready().prepare();
    s.open().check_tx(tx.hash, Verdict::Accepted);
    behind(s);
    BOOST_TEST(s.all<BookOutcome>().empty());
    BOOST_TEST((s.only<AskTx>().hash == tx.hash));
    s.in_block(tx.hash);
    BOOST_TEST((s.only<BookOutcome>().status == Status::confirmed));
  }
  {
    CoreFixture s;
    s.ready().predict(); // nothing sent: at this height the window is far ahead
    behind(s);
    const auto outcome = s.only<BookOutcome>();
    BOOST_TEST((outcome.status == Status::missed));
    BOOST_TEST(outcome.reason == "the chain's head went back from 890 to 700");
  }
}
