#define BOOST_TEST_MODULE watcher_core
#include "tests/actors/watcher/watcher_fixture.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

BOOST_AUTO_TEST_CASE(an_opening_is_announced_once_whether_the_event_or_the_poll_is_first) {
  CoreFixture event;
  event.up().block(900, {CoreFixture::opening(900)}).tell(event.status(900, 930));
  BOOST_REQUIRE_EQUAL(event.announced().size(), 1u);
  BOOST_TEST(event.announced().front().seen_by == "event");

  CoreFixture poll;
  poll.up(900).tell(poll.status(900, 930)).block(900, {CoreFixture::opening(900)});
  BOOST_REQUIRE_EQUAL(poll.announced().size(), 1u);
  BOOST_TEST(poll.announced().front().seen_by == "poll");
}

BOOST_AUTO_TEST_CASE(the_next_window_is_known_as_soon_as_one_opens) {
  CoreFixture s;
  s.up().topic().block(900, {CoreFixture::opening(900)});
  BOOST_REQUIRE_EQUAL(s.all<WindowScheduled>().size(), 1u);
  BOOST_TEST(s.all<WindowScheduled>().front().nonce.value == 930);
  s.tell(s.status(900, 930)); // the poll repeats it
  BOOST_TEST(s.all<WindowScheduled>().size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_overdue_window_is_polled) {
  CoreFixture s;
  s.up().topic().tell(s.status(0, 905));
  s.effects.clear();
  s.now.value += 5'000;
  s.block(900);
  BOOST_TEST(s.all<AskWindow>().empty());
  for (int h = 901; h <= 906; ++h) s.block(h);
  BOOST_TEST(s.all<AskWindow>().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_lost_closing_event_is_derived_from_the_height) {
  CoreFixture s;
  s.up().block(900, {CoreFixture::opening(900)});
  for (int h = 901; h <= 915; ++h) s.block(h);
  BOOST_TEST(s.all<WindowClosed>().empty());
  s.block(916);
  BOOST_TEST(s.all<WindowClosed>().size() == 1u);
}

// Found by a simulated year: the window closed early, and the submitter sent to it until its scheduled end.
BOOST_AUTO_TEST_CASE(the_closing_of_a_window_whose_opening_was_lost_is_told) {
  CoreFixture s;
  s.up().topic().tell(s.status(0, 905));
  s.effects.clear();
  s.block(907, {}, {CoreFixture::opening(905)});
  BOOST_REQUIRE_EQUAL(s.all<WindowClosed>().size(), 1u);
  BOOST_TEST(s.all<WindowClosed>().front().nonce.value == 905);
  s.effects.clear();
  s.block(908, {}, {CoreFixture::opening(700)}); // another one
  BOOST_TEST(s.all<WindowClosed>().empty());
}

BOOST_AUTO_TEST_CASE(blocks_covered_by_one_event_are_no_gap_but_earlier_ones_are) {
  CoreFixture s;
  s.up(899).block(900);
  BlockSeen quiet{Height{910}, {}, {}, {}, {}, {}, "node", s.now, Height{901}};
  s.tell(quiet);
  BOOST_TEST(s.all<AskBlock>().empty());
  quiet.height = Height{920}, quiet.from = Height{913};
  s.tell(quiet);
  std::vector<std::int64_t> asked;
  for (const auto& a : s.all<AskBlock>()) asked.push_back(a.height.value);
  BOOST_TEST(asked == (std::vector<std::int64_t>{911, 912}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_head_is_polled_when_a_timer_needs_it) {
  CoreFixture s;
  s.up(899).topic().tell(s.status(0, 900, 899));
  s.now.value += 5'000;
  s.block(900, {CoreFixture::opening(900)}); // the next opens at 930, its preparation starts at 927
  BOOST_REQUIRE_EQUAL(s.all<WatcherCore::WakeAt>().size(), 1u);
  BOOST_TEST(s.all<WatcherCore::WakeAt>().front().at.value == s.now.value + 27 * 5'000 + 1'250); // a quarter block late
  s.now.value += 25 * 5'000;
  s.tell(s.status(0, 930, 925)); // a regular poll
  s.effects.clear();

  s.now.value += 2 * 5'000 + 1'250;
  s.tell(Tick{Alarm::poll_height});
  BOOST_TEST(s.all<AskWindow>().size() == 1u);
  s.effects.clear();
  s.tell(s.status(0, 930, 926)); // too early
  BOOST_TEST(s.all<WatcherCore::ToTimer>().back().head.height.value == 926);
  BOOST_REQUIRE_EQUAL(s.all<WatcherCore::WakeAt>().size(), 1u);
  const auto wait = s.all<WatcherCore::WakeAt>().front().at.value - s.now.value;
  BOOST_TEST(wait > 2'000);
  BOOST_TEST(wait < 7'500);
  s.now.value += wait;
  s.tell(Tick{Alarm::poll_height});
  s.effects.clear();
  s.tell(s.status(0, 930, 927));
  BOOST_TEST(s.all<WatcherCore::ToTimer>().back().head.height.value == 927);
  BOOST_TEST(s.all<WatcherCore::WakeAt>().empty()); // the stream reports the opening
}

BOOST_AUTO_TEST_CASE(after_a_reconnection_the_pace_counts_from_its_first_height) {
  CoreFixture s;
  s.now.value = 1'700'000'000'000;
  s.up(899).topic().tell(s.status(0, 900, 899));
  s.now.value += 5'000;
  s.block(900, {CoreFixture::opening(900)}).tell(ConnectionDown{"node", "cut", s.now}).effects.clear();
  s.up(901);
  BOOST_TEST(s.all<WatcherCore::WakeAt>().empty());
  s.tell(s.status(900, 930, 901));
  BOOST_REQUIRE_EQUAL(s.all<WatcherCore::WakeAt>().size(), 1u);
  BOOST_TEST(s.all<WatcherCore::WakeAt>().front().at.value == s.now.value + 26 * 5'000 + 1'250);
}

namespace {

/// Window 900 is in the books, the head at 905; the connection is lost.
CoreFixture answered_900(const char* contradiction = "") {
  CoreFixture s;
  s.tell(ConnectionUp{"node", "localnet", "v10", Height{899}, s.now, {}, contradiction}).topic();
  s.block(900, {CoreFixture::opening(900)});
  for (int h = 901; h <= 905; ++h) s.block(h);
  s.tell(ConnectionDown{"node", "cut", s.now}).effects.clear();
  return s;
}

} // namespace

// Found in review: the reopened windows are "confirmed already", and nothing said so.
BOOST_AUTO_TEST_CASE(a_head_below_windows_in_the_books_is_a_trouble_until_it_has_passed_them) {
  for (const std::int64_t back : {870, 600}) {
    auto s = answered_900();
    s.tell(ConnectionUp{"node", "localnet", "v10", Height{back}, s.now, {}, {}, {}, back == 600});
    BOOST_REQUIRE_EQUAL(s.all<HeadWentBack>().size(), 1u);
    BOOST_TEST((s.all<HeadWentBack>().front() == HeadWentBack{Height{back}, Height{900}, s.now}));
    const auto rolled_back = "the chain's head is " + std::to_string(back) +
                             ", and windows up to 900 are in the books: the chain "
                             "or its nodes were rolled back to an earlier block";
    BOOST_TEST(s.core.trouble(s.now).starts_with(rolled_back), s.core.trouble(s.now));
    BOOST_TEST((s.core.went_back_from() == Height{900}));
    BOOST_TEST(s.core.head().value == back);
    for (auto h = back + 1; h < 905; ++h) {
      s.now.value += 5'000;
      s.block(h).tell(Tick{Alarm::poll});
    }
    BOOST_TEST(!s.core.trouble(s.now).empty());
    BOOST_TEST(s.core.head_age_ms(s.now).value() == 0);
    BOOST_TEST(s.all<HeadWentBack>().size() == 1u);
    BOOST_TEST(s.all<WatcherCore::Reconnect>().empty()); // the node is not silent
    s.now.value += 5'000;
    s.block(905);
    BOOST_TEST(s.core.trouble(s.now).empty(), s.core.trouble(s.now));
    BOOST_TEST(!s.core.went_back_from());
    for (auto h = 906; h < 930; ++h) s.block(h);
    s.block(930, {CoreFixture::opening(930)});
    BOOST_TEST(s.announced().back().nonce.value == 930);
  }
}

BOOST_AUTO_TEST_CASE(a_head_below_windows_in_the_books_is_found_at_a_start_too) {
  for (const bool books_first : {true, false}) {
    CoreFixture s;
    if (books_first) s.tell(LastNonceKnown{btc, Height{900}}).up(870);
    else s.up(870).tell(LastNonceKnown{btc, Height{900}});
    BOOST_TEST(s.all<HeadWentBack>().size() == 1u);
    BOOST_TEST(!s.core.trouble(s.now).empty());
    s.tell(ConnectionDown{"node", "cut", s.now}).up(905); // another node was not rolled back
    BOOST_TEST(s.core.trouble(s.now).empty());
  }
}

BOOST_AUTO_TEST_CASE(nodes_that_differ_and_a_reorganisation_are_no_trouble) {
  for (const std::int64_t back : {1, 2, 6, 10}) {
    auto s = answered_900();
    s.up(905 - back);
    BOOST_TEST(s.all<HeadWentBack>().empty());
    BOOST_TEST(s.core.trouble(s.now).empty(), back);
  }
}

BOOST_AUTO_TEST_CASE(a_head_that_only_a_contradicted_node_had_is_no_trouble_afterwards) {
  auto s = answered_900("its head is further than time allows");
  s.tell(ConnectionUp{"node", "localnet", "v10", Height{600}, s.now, {}, {}, {}, true});
  BOOST_TEST(s.all<HeadWentBack>().empty());
  BOOST_TEST(s.core.trouble(s.now).empty());
}

BOOST_AUTO_TEST_CASE(windows_that_are_answered_below_those_in_the_books_end_the_trouble) {
  CoreFixture s;
  s.tell(LastNonceKnown{btc, Height{1'000'000}}).up(870); // rows of a node that was on another chain
  BOOST_TEST(!s.core.trouble(s.now).empty());
  BlockSeen block{Height{886}, {}, {}, {}, {}, {}, "node", s.now};
  block.bundles = {{btc, Height{870}, {"0.1"}, {{"", "0.1"}}}}; // submitted before it went back
  s.tell(block);
  BOOST_TEST(!s.core.trouble(s.now).empty());
  block.height = Height{916};
  block.bundles = {{btc, Height{900}, {"0.1"}, {{"", "0.1"}}}};
  s.tell(block);
  BOOST_TEST(s.core.trouble(s.now).empty());
}

BOOST_AUTO_TEST_CASE(ticks_are_slower_only_while_nothing_is_unknown_or_due) {
  CoreFixture s;
  BOOST_TEST(s.core.tick_ms(s.now) == 2'500); // nothing is known
  s.up(801).topic().tell(LastNonceKnown{btc, Height{800}}).tell(s.status(0, 900, 801));
  BOOST_TEST(s.core.tick_ms(s.now) == 2'500); // pace unknown
  s.now.value += 50'000;
  s.tell(s.status(0, 900, 811)); // 5 s per block
  BOOST_TEST(s.core.tick_ms(s.now) == 5'000);
  s.now.value += 89 * 5'000 - 5'000; // 900 is due within one Tick
  BOOST_TEST(s.core.tick_ms(s.now) == 2'500);
  s.now.value += 60'000; // overdue
  BOOST_TEST(s.core.tick_ms(s.now) == 2'500);
  s.block(900, {CoreFixture::opening(900)});
  BOOST_TEST(s.core.tick_ms(s.now) == 5'000);
  s.tell(ConnectionDown{"node", "cut", s.now});
  BOOST_TEST(s.core.tick_ms(s.now) == 2'500);
}

BOOST_AUTO_TEST_CASE(a_silent_stream_is_polled_and_only_a_silent_chain_causes_a_reconnect) {
  for (const bool stuck : {false, true}) {
    CoreFixture s({btc, TopicId{2}, TopicId{3}});
    s.up(899);
    s.now.value += 5'000;
    s.block(900);
    for (const auto& a : s.all<AskWindow>()) {
      auto status = s.status(0, 2'000, 900);
      status.topic = a.topic;
      s.tell(status);
    }
    s.effects.clear();
    std::size_t asked = 0;
    for (std::int64_t head = 901; head < 913; ++head) { // one minute
      s.now.value += 5'000;
      s.tell(Tick{Alarm::poll});
      const auto requests = s.all<AskWindow>();
      s.effects.erase(
        std::remove_if(s.effects.begin(), s.effects.end(), [](const auto& e) { return std::holds_alternative<AskWindow>(e); }),
        s.effects.end());
      asked += requests.size();
      for (const auto& a : requests) {
        auto status = s.status(0, 2'000, stuck ? 900 : head);
        status.topic = a.topic;
        s.tell(status);
      }
    }
    BOOST_TEST(s.all<WatcherCore::Reconnect>().empty() != stuck);
    if (!stuck) BOOST_TEST(asked < 12u); // one topic per silence, all three every 30 s
  }
}

BOOST_AUTO_TEST_CASE(a_stream_that_omits_an_opening_causes_a_reconnect) {
  const auto reconnects = [](std::int64_t connected, std::int64_t head) {
    CoreFixture s;
    s.up(connected).topic().tell(s.status(900, 930, head));
    BOOST_TEST(s.announced().size() == 1u);
    return s.all<WatcherCore::Reconnect>().size();
  };
  BOOST_TEST(reconnects(899, 902) == 1u);
  BOOST_TEST(reconnects(899, 901) == 0u); // its event may still arrive
  BOOST_TEST(reconnects(900, 905) == 0u); // opened before the stream began
}

BOOST_AUTO_TEST_CASE(an_unregistered_worker_is_reported_and_an_unlisted_one_does_not_pay) {
  CoreFixture s;
  auto status = s.status(0, 930);
  status.is_registered = false;
  s.up().tell(status);
  bool wanted = false;
  for (const auto& m : s.all<WatcherCore::ToSubmitter>()) wanted |= std::holds_alternative<RegistrationWanted>(m.message);
  BOOST_TEST(wanted);
  status.is_whitelisted = false;
  s.tell(status);
  const auto asked = s.all<AskWindow>().size();
  s.block(930, {CoreFixture::opening(930)});
  BOOST_TEST(s.announced().empty());
  BOOST_TEST(s.all<WindowSkipped>().empty()); // the wallet may have been admitted since the last poll
  BOOST_TEST(s.all<AskWindow>().size() == asked + 1);
  auto open = s.status(930, 960);
  open.is_whitelisted = false;
  s.tell(open);
  BOOST_TEST(s.announced().empty());
  BOOST_REQUIRE_EQUAL(s.all<WindowSkipped>().size(), 1u);
  BOOST_TEST(s.all<WindowSkipped>().front().reason.find("whitelist") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_wallet_that_was_admitted_since_the_last_poll_answers_the_window) {
  CoreFixture s;
  auto status = s.status(0, 930);
  status.is_whitelisted = false;
  s.up().tell(status).block(930, {CoreFixture::opening(930)});
  s.tell(s.status(930, 960));
  BOOST_TEST(s.announced().size() == 1u);
  BOOST_TEST(s.all<WindowSkipped>().empty());
}

BOOST_AUTO_TEST_CASE(a_registration_is_polled_at_once) {
  CoreFixture s;
  auto status = s.status(0, 930);
  status.is_registered = false;
  s.up().tell(status);
  BOOST_TEST(s.core.trouble(s.now).find("not registered") != std::string::npos);
  const auto asked = s.all<AskWindow>().size();
  s.tell(TxIncluded{});
  BOOST_TEST(s.all<AskWindow>().size() == asked + 1);
  s.tell(s.status(0, 930));
  BOOST_TEST(s.core.trouble(s.now) == "");
  s.tell(TxIncluded{});
  BOOST_TEST(s.all<AskWindow>().size() == asked + 1); // no trouble left
}

BOOST_AUTO_TEST_CASE(a_stream_without_blocks_causes_a_reconnect) {
  CoreFixture s;
  s.up();
  s.now.value += 30'001;
  s.tell(Tick{Alarm::poll});
  BOOST_TEST(s.all<WatcherCore::Reconnect>().size() == 1u);
}

BOOST_AUTO_TEST_CASE(scores_of_other_wallets_and_topics_are_not_booked) {
  CoreFixture s;
  s.up();
  BlockSeen b{Height{900}, {{TopicId{9}, Height{900}, Height{915}}}, {}, {}, {}, {}, "node", s.now};
  b.scores = {{btc, Height{870}, us, {"0.5"}}, {btc, Height{870}, Wallet{"allo1other"}, {"0.4"}}};
  b.rewards = {{btc, Height{870}, us, {"12.5"}}};
  s.tell(b);
  BOOST_TEST(s.all<WatcherCore::Announce>().empty());
  BOOST_TEST(s.all<BookScore>().size() == 1u);
  BOOST_TEST(s.all<BookReward>().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_restarted_timer_receives_the_open_and_the_next_window) {
  CoreFixture s;
  s.up().topic().block(900, {CoreFixture::opening(900)});
  s.effects.clear();
  s.tell(WindowWanted{btc});
  BOOST_REQUIRE_EQUAL(s.all<WatcherCore::Announce>().size(), 1u);
  BOOST_TEST(s.all<WatcherCore::Announce>().front().timer);
  BOOST_TEST(s.booked().empty());
  BOOST_TEST(s.all<WindowScheduled>().size() == 1u);
  BOOST_TEST(s.all<TopicArrived>().size() == 1u); // for the predictor, which sends the same message
}

BOOST_AUTO_TEST_CASE(three_unanswered_polls_cause_a_reconnect) {
  CoreFixture s;
  s.up().topic().block(900);
  const auto poll_fails = [&] { s.tell(AskFailed{Request::AskWindow, btc, {}, {}, Verdict::NoAnswer, "timeout"}); };
  poll_fails();
  poll_fails();
  s.tell(s.status(0, 930)); // resets the count
  poll_fails();
  poll_fails();
  for (int i = 0; i < 9; ++i)
    s.tell(AskFailed{Request::AskBlock, {}, Height{7}, {}, Verdict::NoAnswer, "pruned"}); // not the node's fault
  BOOST_TEST(s.all<WatcherCore::Reconnect>().empty());
  poll_fails();
  BOOST_TEST(s.all<WatcherCore::Reconnect>().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_poll_without_answer_is_repeated_sooner_than_usual) {
  CoreFixture s;
  s.up().topic().block(900);
  s.tell(AskFailed{Request::AskWindow, btc, {}, {}, Verdict::Busy, "HTTP 429"}).effects.clear();
  s.now.value += 5'000;
  s.block(901).tell(Tick{Alarm::poll});
  BOOST_TEST(s.all<AskWindow>().size() == 1u);
}

BOOST_AUTO_TEST_CASE(many_topics_are_polled_round_robin_with_a_limit) {
  std::vector<TopicId> topics;
  for (std::uint64_t id = 1; id <= 200; ++id) topics.push_back(TopicId{id});
  CoreFixture s(topics);
  s.up();
  BOOST_TEST(s.all<AskWindow>().size() == limits::pending_polls);
  BOOST_TEST(s.all<AskTopic>().size() == limits::pending_polls);
  const auto answer = [&](std::size_t n) { // to the n-th request; every third fails
    auto status = s.status(0, 990);
    status.topic = s.all<AskWindow>()[n].topic;
    if (n % 3 == 0) s.tell(AskFailed{Request::AskWindow, status.topic, {}, {}, Verdict::NoAnswer, "no answer"});
    else s.tell(status);
  };
  for (std::size_t n = 0; n < s.all<AskWindow>().size() && n < 1'000; ++n) answer(n);
  BOOST_TEST(s.all<WatcherCore::Reconnect>().empty()); // never three in a row for one topic
  std::set<TopicId> asked;
  for (const auto& a : s.all<AskWindow>()) asked.insert(a.topic);
  BOOST_TEST(asked.size() == 200u);
  BOOST_TEST(s.all<AskWindow>().size() == 200u);

  // Polls are spread over Ticks.
  s.now.value += 30'000;
  s.block(900);
  s.effects.clear();
  s.tell(Tick{Alarm::poll});
  BOOST_TEST(s.all<AskWindow>().size() == 25u);
}

BOOST_AUTO_TEST_CASE(concurrent_unanswered_polls_do_not_add_up) {
  CoreFixture s({TopicId{1}, TopicId{2}, TopicId{3}, TopicId{4}});
  s.up();
  const auto round = [&] {
    for (std::uint64_t id = 1; id <= 4; ++id)
      s.tell(AskFailed{Request::AskWindow, TopicId{id}, {}, {}, Verdict::NoAnswer, "timeout"});
  };
  round();
  round();
  BOOST_TEST(s.all<WatcherCore::Reconnect>().empty());
  round();
  BOOST_TEST(!s.all<WatcherCore::Reconnect>().empty());
}

BOOST_AUTO_TEST_CASE(registrations_of_many_topics_do_not_poll_all_topics_each) {
  std::vector<TopicId> topics;
  for (std::uint64_t id = 1; id <= 200; ++id) topics.push_back(TopicId{id});
  CoreFixture s(topics);
  s.up();
  for (std::size_t n = 0; n < s.all<AskWindow>().size(); ++n) {
    auto status = s.status(0, 990);
    status.topic = s.all<AskWindow>()[n].topic;
    status.is_registered = false;
    s.tell(status);
  }
  s.effects.clear();
  for (int n = 0; n < 200; ++n) s.tell(TxIncluded{});
  BOOST_TEST(s.all<AskWindow>().size() == limits::pending_polls);
}

BOOST_AUTO_TEST_CASE(a_timer_receives_the_head_only_near_its_window) {
  CoreFixture s;
  s.up(900).topic(120).tell(s.status(0, 1'000));
  s.effects.clear();
  s.block(901).block(902);
  BOOST_TEST(s.all<WatcherCore::ToTimer>().empty());
  s.block(994);
  BOOST_TEST(s.all<WatcherCore::ToTimer>().empty());
  s.block(995);
  BOOST_REQUIRE_EQUAL(s.all<WatcherCore::ToTimer>().size(), 1u);
  BOOST_TEST(s.all<WatcherCore::ToTimer>().front().head.height.value == 995);
  s.effects.clear();
  s.tell(WindowWanted{btc}); // restarted, without a head
  BOOST_TEST(s.all<WatcherCore::ToTimer>().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_clock_set_back_stops_no_polls_and_ends_no_connection) {
  CoreFixture s;
  s.up(899).topic().tell(LastNonceKnown{btc, Height{890}}).tell(s.status(0, 990, 899)).effects.clear();
  s.now.value -= 3'600'000;
  s.tell(Tick{Alarm::poll});
  BOOST_TEST(s.all<AskWindow>().size() == 1u);
  BOOST_TEST(s.all<WatcherCore::Reconnect>().empty());
  s.now.value += CoreFixture::policy({}).silence_ms + 1; // and a stream that is silent from then on is noticed
  s.tell(Tick{Alarm::poll});
  BOOST_TEST(s.all<WatcherCore::Reconnect>().size() == 1u);
}
