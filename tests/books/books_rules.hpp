#pragma once
// The contract of StorePort, for every implementation. The including file defines class Fixture with `StorePort& books`,
// `std::vector<WindowRow> windows()` and `std::vector<TransactionRow> transactions()`.

#include "tests/books/books_fixture.hpp"

#include <algorithm>

using namespace inferd;
using namespace inferd::test;

struct Rules : Fixture {
  WindowRow row(std::int64_t nonce) {
    for (const auto& r : windows())
      if (r.nonce.value == nonce) return r;
    BOOST_FAIL("no row for " << nonce);
    return {};
  }
  TransactionRow tx(const std::string& salt) {
    for (const auto& t : transactions())
      if (t.hash == signed_tx(salt).hash) return t;
    BOOST_FAIL("no transaction " << salt);
    return {};
  }
  bool granted(const ClaimNonce& m) { return std::holds_alternative<Granted>(books.claim(m)); }
  void claimed_and_stored(std::int64_t nonce, const std::string& salt) {
    books.write(wallet, opening(nonce));
    BOOST_REQUIRE(granted(claim(nonce)));
    books.write(wallet, storing(nonce, salt));
  }
};

BOOST_FIXTURE_TEST_SUITE(rules, Rules)

// Windows that only the books end (closed, swept, in a gap) had no line in the log, and a repeated outcome had many.
BOOST_AUTO_TEST_CASE(every_end_is_reported_once_however_it_came) {
  std::vector<WindowEnd> ends;
  books.listen([&](const WindowEnd& end) { ends.push_back(end); });
  const auto is = [&](std::size_t i, std::int64_t nonce, Status status, const std::string& reason) {
    BOOST_REQUIRE_EQUAL(ends.size(), i + 1);
    BOOST_TEST(ends[i].outcome.nonce.value == nonce);
    BOOST_TEST((ends[i].outcome.status == status));
    BOOST_TEST(ends[i].outcome.reason == reason);
    BOOST_TEST(ends[i].outcome.topic.value == topic.value);
  };
  claimed_and_stored(100, "a");
  BOOST_TEST(ends.empty());
  for (int i = 0; i < 3; ++i) books.write(wallet, outcome(100, Status::confirmed, "a")); // repeated, as on a full disk
  is(0, 100, Status::confirmed, "");
  BOOST_TEST((ends[0].outcome == outcome(100, Status::confirmed, "a")));
  BOOST_TEST(ends[0].closes.value == 115);
  books.write(wallet, opening(120));
  books.write(wallet, WindowDelayed{topic, Height{120}, "tiingo: HTTP 403"});
  for (int i = 0; i < 2; ++i) books.write(wallet, WindowClosed{topic, Height{120}, at(136)});
  is(1, 120, Status::missed, "tiingo: HTTP 403");
  for (int i = 0; i < 2; ++i) books.write(wallet, missing(140));
  is(2, 140, Status::missed, "inferd was not watching");
  for (int i = 0; i < 2; ++i) books.write(wallet, SkippedWindow{{topic, Height{160}, "not due"}, at(160)});
  is(3, 160, Status::skipped, "not due");
  books.write(wallet, opening(180)); // its closing is never reported
  books.write(wallet, opening(200));
  is(4, 180, Status::missed, "the window closed without an answer");
  books.write(wallet, storing(0, "r"));
  for (int i = 0; i < 2; ++i) books.write(wallet, outcome(0, Status::confirmed, "r"));
  is(5, 0, Status::confirmed, "");
}

BOOST_AUTO_TEST_CASE(an_end_is_reported_after_its_commit_only) {
  unsigned ends = 0;
  books.listen([&](const WindowEnd&) { ++ends; });
  books.write(wallet, opening(100));
  BOOST_CHECK_THROW(books.transaction([&] {
    books.write(wallet, WindowClosed{topic, Height{100}, at(116)});
    throw StoreFailure("full");
  }),
                    StoreFailure);
  BOOST_TEST(ends == 0u);
  books.transaction([&] {
    books.write(wallet, WindowClosed{topic, Height{100}, at(116)});
    BOOST_TEST(ends == 0u);
  });
  BOOST_TEST(ends == 1u);
}

BOOST_AUTO_TEST_CASE(an_opening_makes_one_row_however_often_it_is_booked) {
  books.write(wallet, opening(100));
  auto again = opening(100);
  again.at = at(500);
  books.write(wallet, again);
  BOOST_REQUIRE_EQUAL(windows().size(), 1u);
  BOOST_TEST((row(100).status == Status::open));
  BOOST_TEST((row(100).opened_at == at(100)));
  BOOST_TEST((row(100).closes == Height{115}));
}

BOOST_AUTO_TEST_CASE(a_claim_records_the_whole_prediction) {
  books.write(wallet, opening(100));
  BOOST_TEST(granted(claim(100)));
  const auto r = row(100);
  BOOST_TEST((r.status == Status::claimed));
  BOOST_TEST((r.values == prediction(100).values));
  BOOST_TEST(r.source == "tiingo");
  BOOST_TEST(r.model == "ridge@12ab");
  BOOST_TEST((r.candle == at(40)));
  BOOST_TEST((r.claimed_at == at(101)));
}

BOOST_AUTO_TEST_CASE(a_window_that_has_not_opened_yet_can_be_claimed_and_learns_its_opening_later) {
  BOOST_TEST(granted(claim(100)));
  books.write(wallet, opening(100));
  BOOST_TEST((row(100).status == Status::claimed));
  BOOST_TEST((row(100).opened_at == at(100)));
}

BOOST_AUTO_TEST_CASE(the_same_prediction_is_granted_again_to_a_submitter_that_was_restarted) {
  BOOST_TEST(granted(claim(100)));
  auto again = claim(100);
  again.prediction.closes = Height{116}; // the window opened in between
  again.at = at(900);
  BOOST_TEST(granted(again));
  BOOST_TEST((row(100).claimed_at == at(101)));
}

BOOST_AUTO_TEST_CASE(another_prediction_for_a_claimed_window_is_refused_and_changes_nothing) {
  BOOST_TEST(granted(claim(100)));
  const auto before = row(100);
  const auto answer = std::get<ClaimRefused>(books.claim(claim(100, "0.5")));
  BOOST_TEST((answer.status == Status::claimed));
  BOOST_TEST(!answer.books_failed);
  BOOST_TEST((row(100) == before));
}

BOOST_AUTO_TEST_CASE(once_bytes_are_stored_even_the_same_prediction_is_refused) {
  claimed_and_stored(100, "a");
  BOOST_TEST((std::get<ClaimRefused>(books.claim(claim(100))).status == Status::stored));
}

BOOST_AUTO_TEST_CASE(a_final_window_refuses_claims_and_says_why) {
  books.write(wallet, opening(100));
  books.write(wallet, SkippedWindow{{topic, Height{100}, "no fresh candles"}, at(101)});
  const auto answer = std::get<ClaimRefused>(books.claim(claim(100)));
  BOOST_TEST((answer.status == Status::skipped));
  BOOST_TEST(answer.reason == "this window is skipped already: no fresh candles");
}

BOOST_AUTO_TEST_CASE(two_topics_and_two_wallets_do_not_share_windows) {
  BOOST_TEST(granted(claim(100)));
  auto other_topic = claim(100);
  other_topic.prediction.topic = TopicId{68};
  BOOST_TEST(granted(other_topic));
  auto other_wallet = claim(100);
  other_wallet.wallet = Wallet{"allo1other"};
  BOOST_TEST(granted(other_wallet));
  BOOST_TEST(windows().size() == 3u);
}

BOOST_AUTO_TEST_CASE(nothing_is_stored_for_an_unclaimed_window) {
  BOOST_CHECK_THROW(books.write(wallet, storing(100, "a")), StoreRejected);
  books.write(wallet, opening(100));
  BOOST_CHECK_THROW(books.write(wallet, storing(100, "a")), StoreRejected);
  BOOST_TEST(transactions().empty());
}

BOOST_AUTO_TEST_CASE(nothing_is_stored_for_a_final_window) {
  claimed_and_stored(100, "a");
  books.write(wallet, outcome(100, Status::missed, "a"));
  BOOST_CHECK_THROW(books.write(wallet, storing(100, "b")), StoreRejected);
  BOOST_TEST(transactions().size() == 1u);
}

BOOST_AUTO_TEST_CASE(storing_the_same_bytes_twice_keeps_one_transaction) {
  claimed_and_stored(100, "a");
  auto again = storing(100, "a");
  again.at = at(900);
  books.write(wallet, again);
  BOOST_TEST(transactions().size() == 1u);
  BOOST_TEST((tx("a").stored_at == at(102)));
  BOOST_TEST((row(100).status == Status::stored));
}

BOOST_AUTO_TEST_CASE(storing_the_bytes_of_a_finished_window_again_is_no_error) {
  claimed_and_stored(100, "a");
  books.write(wallet, outcome(100, Status::confirmed, "a"));
  const auto before = row(100);
  books.write(wallet, storing(100, "a"));
  BOOST_TEST((row(100) == before));
}

BOOST_AUTO_TEST_CASE(everything_needed_to_send_again_comes_back_unchanged) {
  claimed_and_stored(100, "a");
  const auto resumed = books.unresolved(wallet);
  BOOST_REQUIRE_EQUAL(resumed.windows.size(), 1u);
  BOOST_TEST((resumed.windows[0].prediction == prediction(100)));
  BOOST_REQUIRE_EQUAL(resumed.windows[0].attempts.size(), 1u);
  BOOST_TEST((resumed.windows[0].attempts[0] == signed_tx("a")));
}

BOOST_AUTO_TEST_CASE(labels_keep_their_order_and_their_digits) {
  auto labelled = claim(100);
  labelled.prediction.values = {{"up", "0.70"}, {"down \"or\", flat", "0.3"}};
  BOOST_TEST(granted(labelled));
  BOOST_TEST((books.unresolved(wallet).windows.at(0).prediction == labelled.prediction));
}

BOOST_AUTO_TEST_CASE(every_attempt_is_asked_for_after_a_crash_but_those_withdrawn_unsent) {
  claimed_and_stored(100, "a");
  books.write(wallet, marking(100, "a"));
  books.write(wallet, storing(100, "b", signed_tx("a").hash)); // "a" was sent: it failed, but its fee counts
  books.write(wallet, storing(100, "c", signed_tx("b").hash)); // "b" was never sent
  const auto resumed = books.unresolved(wallet);
  BOOST_REQUIRE_EQUAL(resumed.windows.size(), 1u);
  BOOST_REQUIRE_EQUAL(resumed.windows[0].attempts.size(), 2u);
  BOOST_TEST((resumed.windows[0].attempts[0].hash == signed_tx("a").hash));
  BOOST_TEST((resumed.windows[0].attempts[1].hash == signed_tx("c").hash));
  BOOST_TEST((tx("b").status == TxStatus::withdrawn));
  BOOST_TEST((row(100).tx_hash == signed_tx("c").hash));
}

BOOST_AUTO_TEST_CASE(a_broadcast_is_marked_with_its_endpoint_and_the_first_time) {
  claimed_and_stored(100, "a");
  books.write(wallet, marking(100, "a", Status::uncertain));
  auto sent = marking(100, "a");
  sent.at = at(900);
  books.write(wallet, sent);
  BOOST_TEST((row(100).status == Status::sent));
  BOOST_TEST((row(100).sent_at == at(103)));
  BOOST_TEST(row(100).endpoint == "http://node");
  BOOST_TEST((tx("a").status == TxStatus::sent));
}

BOOST_AUTO_TEST_CASE(a_mark_of_an_older_transaction_does_not_speak_for_the_window) {
  claimed_and_stored(100, "a");
  books.write(wallet, storing(100, "b"));
  books.write(wallet, marking(100, "a"));
  BOOST_TEST((tx("a").status == TxStatus::sent));
  BOOST_TEST((row(100).status == Status::stored));
}

BOOST_AUTO_TEST_CASE(an_outcome_ends_the_row_and_closes_every_transaction) {
  claimed_and_stored(100, "a");
  books.write(wallet, marking(100, "a"));
  books.write(wallet, storing(100, "b", signed_tx("a").hash));
  books.write(wallet, outcome(100, Status::confirmed, "b"));
  const auto r = row(100);
  BOOST_TEST((r.status == Status::confirmed));
  BOOST_TEST((r.height == Height{102}));
  BOOST_TEST((r.gas_used == Gas{150'000}));
  BOOST_TEST((r.fee == Uallo{150}));
  BOOST_TEST((r.done_at == at(104)));
  BOOST_TEST((tx("a").status == TxStatus::withdrawn));
  BOOST_TEST((tx("b").status == TxStatus::confirmed));
  BOOST_TEST(books.unresolved(wallet).windows.empty());
}

BOOST_AUTO_TEST_CASE(a_final_status_never_changes) {
  for (const auto first : {Status::confirmed, Status::refused, Status::missed, Status::skipped, Status::dry_run}) {
    const auto nonce = 100 + 20 * static_cast<std::int64_t>(first);
    claimed_and_stored(nonce, "a" + std::to_string(nonce));
    const auto salt = "a" + std::to_string(nonce);
    books.write(wallet, outcome(nonce, first, salt, "first"));
    const auto before = row(nonce);
    for (const auto second : {Status::confirmed, Status::refused, Status::missed, Status::skipped, Status::dry_run})
      books.write(wallet, outcome(nonce, second, salt, "second"));
    books.write(wallet, marking(nonce, salt));
    books.write(wallet, SkippedWindow{{topic, Height{nonce}, "x"}, at(1)});
    books.write(wallet, WindowClosed{topic, Height{nonce}, at(1)});
    books.write(wallet, WindowDelayed{topic, Height{nonce}, "x"});
    books.write(wallet, MissedWindow{topic, Height{nonce}, Height{nonce + 15}, "x", at(1)});
    books.write(wallet, opening(nonce));
    BOOST_TEST((row(nonce) == before));
  }
}

BOOST_AUTO_TEST_CASE(an_outcome_without_a_row_makes_one) {
  books.write(wallet, outcome(100, Status::refused, {}, "not signed"));
  BOOST_TEST((row(100).status == Status::refused));
  BOOST_TEST(row(100).reason == "not signed");
}

BOOST_AUTO_TEST_CASE(when_the_chain_holds_our_answer_but_not_in_which_transaction_none_is_called_confirmed) {
  claimed_and_stored(100, "a");
  books.write(wallet, outcome(100, Status::confirmed, {}, "the chain held this answer already"));
  BOOST_TEST((row(100).status == Status::confirmed));
  BOOST_TEST((tx("a").status == TxStatus::stored));
}

BOOST_AUTO_TEST_CASE(a_window_that_closes_unanswered_is_missed_with_its_latest_delay) {
  books.write(wallet, opening(100));
  books.write(wallet, WindowDelayed{topic, Height{100}, "tiingo: HTTP 503"});
  books.write(wallet, WindowDelayed{topic, Height{100}, "tiingo: HTTP 504"});
  BOOST_TEST((row(100).status == Status::open));
  books.write(wallet, WindowClosed{topic, Height{100}, at(116)});
  BOOST_TEST((row(100).status == Status::missed));
  BOOST_TEST(row(100).reason == "tiingo: HTTP 504");
}

BOOST_AUTO_TEST_CASE(a_claimed_window_that_closes_is_left_to_its_submitter) {
  BOOST_TEST(granted(claim(100)));
  books.write(wallet, WindowClosed{topic, Height{100}, at(116)});
  BOOST_TEST((row(100).status == Status::claimed));
}

BOOST_AUTO_TEST_CASE(a_closing_without_an_opening_makes_no_row_that_would_hide_the_gap_before_it) {
  books.write(wallet, opening(40));
  books.write(wallet, WindowClosed{topic, Height{100}, at(116)}); // the gap filler reports 70 and this one
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{40}));
}

BOOST_AUTO_TEST_CASE(an_outcome_of_a_window_whose_opening_was_not_booked_hides_no_gap_before_it) {
  books.write(wallet, opening(40));
  BOOST_TEST(granted(claim(100))); // ahead of its opening
  books.write(wallet, outcome(100, Status::missed, {}, "its inputs came too late"));
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{40}));
  books.write(wallet, MissedWindow{topic, Height{70}, Height{85}, "inferd was not watching", at(300)});
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{70}));
}

BOOST_AUTO_TEST_CASE(an_outcome_alone_hides_no_gap_before_it) { // the claim failed on a full disk, the outcome did not
  books.write(wallet, opening(40));
  books.write(wallet, outcome(100, Status::missed, {}, "the books could not be written"));
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{40}));
  books.write(wallet, MissedWindow{topic, Height{70}, Height{85}, "inferd was not watching", at(300)});
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{70}));
  books.write(wallet, MissedWindow{topic, Height{100}, Height{115}, "inferd was not watching", at(300)});
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{100}));
  BOOST_TEST(row(100).reason == "the books could not be written");
}

BOOST_AUTO_TEST_CASE(a_row_left_open_by_a_process_that_died_is_missed_at_the_next_opening) {
  books.write(wallet, opening(100));
  books.write(wallet, opening(110)); // 100 is open until 115
  BOOST_TEST((row(100).status == Status::open));
  books.write(wallet, opening(130));
  BOOST_TEST((row(100).status == Status::missed));
  BOOST_TEST((row(110).status == Status::missed));
  BOOST_TEST((row(130).status == Status::open));
}

BOOST_AUTO_TEST_CASE(a_skip_ends_an_open_window_but_not_a_claimed_one) {
  books.write(wallet, opening(100));
  books.write(wallet, SkippedWindow{{topic, Height{100}, "not due"}, at(101)});
  BOOST_TEST((row(100).status == Status::skipped));
  BOOST_TEST((row(100).done_at == at(101)));
  BOOST_TEST(granted(claim(130)));
  books.write(wallet, SkippedWindow{{topic, Height{130}, "not due"}, at(131)});
  BOOST_TEST((row(130).status == Status::claimed));
}

BOOST_AUTO_TEST_CASE(a_skip_ahead_of_the_opening_is_a_row_too) {
  books.write(wallet, SkippedWindow{{topic, Height{100}, "not due"}, at(90)});
  BOOST_TEST((row(100).status == Status::skipped));
}

BOOST_AUTO_TEST_CASE(an_unwatched_window_is_missed_unless_it_has_a_row) {
  books.write(wallet, MissedWindow{topic, Height{100}, Height{115}, "inferd was not watching", at(300)});
  BOOST_TEST((row(100).status == Status::missed));
  BOOST_TEST((row(100).closes == Height{115}));
  BOOST_TEST(granted(claim(130)));
  books.write(wallet, MissedWindow{topic, Height{130}, Height{145}, "inferd was not watching", at(300)});
  BOOST_TEST((row(130).status == Status::claimed));
}

BOOST_AUTO_TEST_CASE(score_reward_and_conclusion_come_after_the_end_and_change_nothing_else) {
  claimed_and_stored(100, "a");
  books.write(wallet, outcome(100, Status::confirmed, "a"));
  auto expected = row(100);
  books.write(wallet, BookScore{{topic, Height{100}, wallet, {"0.75"}}, at(200)});
  books.write(wallet, BookReward{{topic, Height{100}, wallet, {"12.5"}}, at(200)});
  books.write(wallet, BookConclusion{{topic, Height{100}, {"0.02"}, {{"", "0.0123"}}}, at(200)});
  expected.score = {"0.75"};
  expected.reward = {"12.5"};
  expected.combined = {"0.02"};
  expected.held = {{"", "0.0123"}};
  expected.combined_at = at(200);
  BOOST_TEST((row(100) == expected));
  books.write(wallet, BookConclusion{{topic, Height{100}, {"0.02"}, {{"", "0.0123"}}}, at(260)}); // its block again
  BOOST_TEST((row(100) == expected));
}

BOOST_AUTO_TEST_CASE(scores_of_windows_that_are_not_in_the_books_are_not_ours_to_keep) {
  books.write(wallet, BookScore{{topic, Height{100}, wallet, {"0.75"}}, at(200)});
  books.write(wallet, BookReward{{topic, Height{100}, wallet, {"1"}}, at(200)});
  books.write(wallet, BookConclusion{{topic, Height{100}, {"0.02"}, {}}, at(200)});
  BOOST_TEST(windows().empty());
}

BOOST_AUTO_TEST_CASE(a_registration_is_resumed_and_closed_without_a_window) {
  auto registration = storing(0, "r");
  registration.signed_tx.timeout = Height{120};
  books.write(wallet, registration);
  BOOST_TEST(windows().empty());
  auto resumed = books.unresolved(wallet);
  BOOST_REQUIRE_EQUAL(resumed.windows.size(), 1u);
  BOOST_TEST((resumed.windows[0].prediction.nonce == Height{0}));
  BOOST_TEST((resumed.windows[0].prediction.topic == topic));
  BOOST_TEST((resumed.windows[0].prediction.closes == Height{120}));
  BOOST_TEST((resumed.windows[0].attempts.at(0).hash == signed_tx("r").hash));
  books.write(wallet, outcome(0, Status::confirmed, "r"));
  BOOST_TEST(books.unresolved(wallet).windows.empty());
  BOOST_TEST((books.summary(wallet, Instant{}).fees == Uallo{150}));
  books.write(wallet, storing(0, "r2")); // a second registration
  books.write(wallet, outcome(0, Status::confirmed, "r2"));
  BOOST_TEST((books.summary(wallet, Instant{}).fees == Uallo{300}));
  BOOST_TEST(windows().empty());
}

BOOST_AUTO_TEST_CASE(gas_is_remembered_of_the_last_confirmed_window_of_each_topic) {
  for (const auto nonce : {100, 130, 160}) {
    claimed_and_stored(nonce, std::to_string(nonce));
    auto done = outcome(nonce, nonce == 160 ? Status::refused : Status::confirmed, std::to_string(nonce));
    done.gas_used = Gas{static_cast<std::uint64_t>(1000 * nonce)};
    books.write(wallet, done);
  }
  books.write(wallet, WindowOpened{TopicId{99}, Height{100}, Height{115}, "event", at(100)}); // never answered
  const auto gas = books.unresolved(wallet).gas;
  BOOST_REQUIRE_EQUAL(gas.size(), 1u);
  BOOST_TEST((gas[0] == GasMemory{topic, Gas{130'000}}));
}

BOOST_AUTO_TEST_CASE(bytes_withdrawn_and_signed_again_are_looked_up_after_a_crash) {
  claimed_and_stored(100, "a");
  auto second = storing(100, "b");
  second.replaces = storing(100, "a").signed_tx.hash;
  books.write(wallet, second);
  auto first = storing(100, "a"); // the same bytes: signatures are deterministic
  first.replaces = second.signed_tx.hash;
  books.write(wallet, first);
  const auto windows = books.unresolved(wallet).windows;
  BOOST_REQUIRE_EQUAL(windows.size(), 1u);
  BOOST_REQUIRE_EQUAL(windows[0].attempts.size(), 1u);
  BOOST_TEST((windows[0].attempts[0].hash == first.signed_tx.hash));
}

BOOST_AUTO_TEST_CASE(bytes_signed_again_are_the_current_ones_behind_those_sent_meanwhile) {
  claimed_and_stored(100, "a");
  books.write(wallet, storing(100, "b", signed_tx("a").hash));
  books.write(wallet, marking(100, "b"));
  books.write(wallet, storing(100, "a", signed_tx("b").hash));
  const auto attempts = books.unresolved(wallet).windows.at(0).attempts;
  BOOST_REQUIRE_EQUAL(attempts.size(), 2u);
  BOOST_TEST((attempts.back().hash == signed_tx("a").hash));
}

BOOST_AUTO_TEST_CASE(a_first_row_claimed_ahead_is_where_the_books_begin) { // killed before the first window opened
  books.claim(claim(130));
  books.claim(claim(160));
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{129}));
  books.write(wallet, opening(130));
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{130}));
}

BOOST_AUTO_TEST_CASE(the_books_begin_where_the_watch_did_and_not_with_the_first_row) {
  books.write(wallet, WatchBegun{topic, Height{20}});
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{20}));
  books.write(wallet, WatchBegun{topic, Height{90}}); // of a later start
  books.claim(claim(130));                            // ahead of its opening
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{20}));
  books.write(wallet, opening(130));
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{130}));
  BOOST_TEST((books.last_nonce(wallet, TopicId{68}) == Height{0}));
  BOOST_TEST((books.last_nonce(Wallet{"allo1other"}, topic) == Height{0}));
}

BOOST_AUTO_TEST_CASE(a_watch_begins_before_a_row_that_is_there_and_never_behind_it) {
  books.claim(claim(130)); // books of version 1, killed before the first window opened
  books.write(wallet, WatchBegun{topic, Height{500}});
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{129}));
  const TopicId with_rows{68};
  books.write(wallet, WindowOpened{with_rows, Height{100}, Height{115}, "event", at(1)});
  books.write(wallet, WatchBegun{with_rows, Height{500}});
  BOOST_TEST((books.last_nonce(wallet, with_rows) == Height{100}));
}

BOOST_AUTO_TEST_CASE(the_last_nonce_is_of_this_topic_and_wallet) {
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{0}));
  books.write(wallet, opening(100));
  books.write(wallet, opening(130));
  books.write(wallet, WindowOpened{TopicId{68}, Height{500}, Height{515}, "event", at(1)});
  books.write(Wallet{"allo1other"}, opening(900));
  books.claim(claim(160)); // ahead of its opening
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{130}));
  BOOST_TEST((books.last_nonce(wallet, TopicId{66}) == Height{0}));
  BOOST_TEST((books.last_nonce(wallet, TopicId{69}) == Height{0}));
}

BOOST_AUTO_TEST_SUITE_END()
