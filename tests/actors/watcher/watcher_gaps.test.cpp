#define BOOST_TEST_MODULE watcher_gaps
// Gaps: blocks and windows for which no event arrived.
#include "tests/actors/watcher/watcher_fixture.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

BOOST_AUTO_TEST_CASE(blocks_possibly_lost_before_a_disconnect_are_requested) {
  CoreFixture s;
  s.up(899).block(900).tell(s.status(0, 990, 950)).effects.clear();
  s.tell(ConnectionDown{"node", "cut", s.now}).up(952);
  std::vector<std::int64_t> asked;
  for (const auto& a : s.all<AskBlock>()) asked.push_back(a.height.value);
  BOOST_TEST(asked == (std::vector<std::int64_t>{949, 950, 951, 952}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_gap_in_the_heights_is_filled_block_by_block) {
  CoreFixture s;
  s.up().block(900).block(904);
  std::vector<std::int64_t> asked;
  for (const auto& a : s.all<AskBlock>()) asked.push_back(a.height.value);
  BOOST_TEST(asked == (std::vector<std::int64_t>{901, 902, 903}), boost::test_tools::per_element());
  s.block(902, {CoreFixture::opening(902)});
  BOOST_REQUIRE_EQUAL(s.announced().size(), 1u);
  BOOST_TEST(s.announced().front().seen_by == "gap");
  BOOST_TEST(s.core.head().value == 904);
}

BOOST_AUTO_TEST_CASE(a_window_that_opened_and_closed_in_a_gap_is_booked_as_missed) {
  CoreFixture s;
  s.up().topic().tell(LastNonceKnown{btc, Height{880}}).tell(s.status(0, 910)).block(900).block(950);
  s.block(910, {CoreFixture::opening(910)});
  BOOST_TEST(s.all<WatcherCore::Announce>().empty());
  BOOST_TEST(s.missed() == (std::vector<std::int64_t>{910}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(windows_missed_while_the_process_was_down_are_derived_from_the_epochs) {
  CoreFixture s;
  s.up(1000).topic().tell(LastNonceKnown{btc, Height{900}}).tell(s.status(990, 1020));
  BOOST_TEST(s.missed() == (std::vector<std::int64_t>{930, 960}), boost::test_tools::per_element());
}

// Found by a simulated year: open by the epochs, so not listed as missed; closed on the chain, so not found by a poll.
BOOST_AUTO_TEST_CASE(a_window_that_closed_early_before_the_connection_is_listed_with_the_next_one) {
  CoreFixture s;
  s.up(1000).topic().tell(LastNonceKnown{btc, Height{960}}).tell(s.status(0, 1020)); // by the epochs 990 is open until 1005
  BOOST_TEST(s.missed().empty());
  s.block(1020, {CoreFixture::opening(1020)});
  BOOST_TEST(s.missed() == (std::vector<std::int64_t>{990}), boost::test_tools::per_element());
}

// Found by a simulated year: a watcher that starts on an old connection gets the height at which that began.
BOOST_AUTO_TEST_CASE(missed_windows_are_derived_from_the_open_window_when_the_height_is_old) {
  CoreFixture s;
  s.up(910).topic().tell(LastNonceKnown{btc, Height{900}}).tell(s.status(990, 1020));
  BOOST_TEST(s.missed() == (std::vector<std::int64_t>{930, 960}), boost::test_tools::per_element());
}

// Found by a simulated year: the ledger failed at a missed window, then the process ended; the opening booked meanwhile proved
// that no earlier window lacked a row.
BOOST_AUTO_TEST_CASE(a_gap_and_the_next_opening_are_one_message_repeated_until_acknowledged) {
  CoreFixture s;
  s.tell(LastNonceKnown{btc, Height{900}}).up(1000).topic().tell(s.status(990, 1020));
  const auto sent = s.all<BookWindows>();
  BOOST_REQUIRE_EQUAL(sent.size(), 1u);
  BOOST_TEST(s.missed() == (std::vector<std::int64_t>{930, 960}), boost::test_tools::per_element());
  BOOST_TEST(sent[0].opened.nonce.value == 990);

  s.effects.clear();
  s.tell(ChildRestarted{{PlaceKind::ledger}}); // the message may be lost
  BOOST_TEST((s.all<BookWindows>() == sent));

  s.effects.clear();
  s.block(1006).block(1020, {CoreFixture::opening(1020)}); // not acknowledged
  BOOST_TEST(s.missed() == (std::vector<std::int64_t>{930, 960, 990}), boost::test_tools::per_element());
  BOOST_TEST(s.booked().size() == 1u);

  s.tell(LastNonceKnown{btc, Height{1020}}).effects.clear();
  s.tell(ChildRestarted{{PlaceKind::ledger}}).block(1050, {CoreFixture::opening(1050)});
  BOOST_TEST(s.missed().empty());
  BOOST_REQUIRE_EQUAL(s.booked().size(), 1u);
  BOOST_TEST(s.booked().front().nonce.value == 1050);
}

BOOST_AUTO_TEST_CASE(a_long_gap_before_the_first_known_window_keeps_all_missed_windows) {
  CoreFixture s;
  s.up(1000).tell(LastNonceKnown{btc, Height{900}}).block(1001);
  s.up(1300).topic().tell(s.status(0, 1320)); // 300 blocks unobserved, no window known yet
  BOOST_REQUIRE(!s.missed().empty());
  BOOST_TEST(s.missed().front() == 930);
  BOOST_TEST(s.missed().size() == 12u); // by the epochs 1290 is open
}

BOOST_AUTO_TEST_CASE(an_opening_is_booked_only_with_the_windows_missed_before_it) {
  CoreFixture s;
  s.up(989).tell(LastNonceKnown{btc, Height{900}}).block(990, {CoreFixture::opening(990)}); // epoch unknown
  BOOST_TEST(s.announced().size() == 1u);                                                   // announced nevertheless
  BOOST_TEST(s.booked().empty()); // after a crash it would hide 930 and 960
  s.topic();
  BOOST_TEST(s.missed().size() == 2u);
  BOOST_TEST(s.booked().size() == 1u);
}

// Found by a simulated year: the connection was lost for hours before the first window opened.
BOOST_AUTO_TEST_CASE(a_gap_before_the_first_window_begins_with_the_chain) {
  CoreFixture s;
  s.up(0).topic().tell(LastNonceKnown{btc, Height{1}}).tell(s.status(0, 30));
  s.up(300).tell(s.status(0, 330));
  BOOST_REQUIRE(!s.missed().empty());
  BOOST_TEST(s.missed().front() == 30);
}

BOOST_AUTO_TEST_CASE(a_deferred_window_is_booked_as_missed_with_the_gap_before_it) {
  CoreFixture s;
  s.up(989).tell(LastNonceKnown{btc, Height{900}}).block(990, {CoreFixture::opening(990)}).block(1006);
  BOOST_REQUIRE_EQUAL(s.all<WindowClosed>().size(), 1u);
  BOOST_TEST(s.missed().empty()); // a row for 990 alone would hide 930 and 960
  s.topic().tell(s.status(0, 1020));
  BOOST_TEST(s.missed() == (std::vector<std::int64_t>{930, 960, 990}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_jump_from_one_announcement_to_the_next_is_a_gap) {
  CoreFixture s;
  s.up(899).topic().tell(LastNonceKnown{btc, Height{899}}).block(900, {CoreFixture::opening(900)});
  for (int h = 901; h <= 960; ++h)
    s.block(h, h == 960 ? std::vector<WindowEvent>{CoreFixture::opening(960)} : std::vector<WindowEvent>{});
  BOOST_TEST(s.missed() == (std::vector<std::int64_t>{900, 930}), boost::test_tools::per_element()); // 900 is unacknowledged
}

// Found by actors.model_check, on a chain younger than an epoch: the first opening after the gap was listed is not the first.
BOOST_AUTO_TEST_CASE(a_jump_to_the_first_announcement_is_a_gap) {
  CoreFixture s;
  s.up(20).topic().tell(LastNonceKnown{btc, Height{20}}).tell(s.status(0, 30)).block(60, {CoreFixture::opening(60)});
  BOOST_TEST(s.missed() == (std::vector<std::int64_t>{30}), boost::test_tools::per_element());
  BOOST_TEST(s.booked().back().nonce.value == 60);
}

BOOST_AUTO_TEST_CASE(a_first_run_has_missed_nothing) {
  CoreFixture s;
  s.up(1000).topic().tell(LastNonceKnown{btc, Height{0}}).tell(s.status(990, 1020));
  BOOST_REQUIRE(!s.all<BookWindows>().empty());
  BOOST_TEST((s.all<BookWindows>().back() == BookWindows{.topic = btc, .after = Height{1000}})); // the books begin here
  s.tell(LastNonceKnown{btc, Height{1000}});
  BOOST_TEST(s.missed().empty());
  BOOST_REQUIRE_EQUAL(s.booked().size(), 1u); // open already, so it is answered and has a row
  BOOST_TEST(s.booked().front().nonce.value == 990);
}

// Found by a simulated year: the connection was lost before the first window opened, and the watcher or the process with it.
BOOST_AUTO_TEST_CASE(a_window_before_the_first_row_is_missed_since_the_watch_began) {
  CoreFixture s;
  s.up(1200).topic().tell(LastNonceKnown{btc, Height{1000}}).tell(s.status(0, 1230)); // 1000: where a watcher before it began
  BOOST_TEST(s.missed() == (std::vector<std::int64_t>{1020, 1050, 1080, 1110, 1140, 1170}), boost::test_tools::per_element());
}

// The ledger lost a message that was queued before this one: it answers how far the books reach.
BOOST_AUTO_TEST_CASE(a_refused_message_is_listed_anew_from_where_the_books_end) {
  CoreFixture s;
  s.up(959).topic().tell(LastNonceKnown{btc, Height{930}}).block(960, {CoreFixture::opening(960)});
  s.tell(LastNonceKnown{btc, Height{960}}).block(976).block(990, {CoreFixture::opening(990)}).effects.clear();
  s.tell(LastNonceKnown{btc, Height{930}});
  BOOST_REQUIRE_EQUAL(s.all<BookWindows>().size(), 1u);
  BOOST_TEST(s.all<BookWindows>().front().after.value == 930);
  BOOST_TEST(s.missed() == (std::vector<std::int64_t>{960}), boost::test_tools::per_element());
  BOOST_TEST(s.booked().front().nonce.value == 990);
}
