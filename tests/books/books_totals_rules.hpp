#pragma once
// Rules of the sums that every store must keep: results of topics, fees in all and of a day. Included behind books_rules.hpp.

#include "tests/books/books_rules.hpp"

BOOST_FIXTURE_TEST_SUITE(totals_rules, Rules)

BOOST_AUTO_TEST_CASE(the_summary_counts_every_row_once_and_adds_money_exactly) {
  claimed_and_stored(100, "a");
  books.write(wallet, outcome(100, Status::confirmed, "a"));
  books.write(wallet, BookReward{{topic, Height{100}, wallet, {"0.1"}}, at(1)});
  claimed_and_stored(130, "b");
  books.write(wallet, outcome(130, Status::refused, "b"));
  books.write(wallet, BookReward{{topic, Height{130}, wallet, {"1.2E-19"}}, at(1)});
  books.write(wallet, SkippedWindow{{topic, Height{160}, "x"}, at(1)});
  books.write(wallet, MissedWindow{topic, Height{190}, Height{205}, "x", at(1)});
  books.write(wallet, opening(220));
  auto s = books.summary(wallet, Instant{});
  BOOST_TEST(s.topics.size() == 1u);
  BOOST_TEST((s.fees_24h == Uallo{300}));
  s.topics.clear();
  s.fees_24h = {};
  BOOST_TEST((s == BooksSummary{5, 1, 1, 1, 1, 1, Uallo{300}, {"0.10000000000000000012"}, Height{220}}));
}

BOOST_AUTO_TEST_CASE(the_summary_shows_how_each_topics_newest_windows_ended) {
  const auto results = [&](std::int64_t now) { return books.summary(wallet, at(now)).topics.at(0); };
  for (const std::int64_t nonce : {100, 130}) { // the same values
    books.write(wallet, opening(nonce));
    claimed_and_stored(nonce, std::to_string(nonce));
    books.write(wallet, outcome(nonce, Status::confirmed, std::to_string(nonce)));
  }
  BOOST_TEST(results(1).since_answered == 0u);
  BOOST_TEST((results(1).last_answered == Height{130}));
  BOOST_TEST(results(1).equal_values == 2u);
  BOOST_TEST(results(1).answered_24h == 2u);
  books.write(wallet, MissedWindow{topic, Height{160}, Height{175}, "inferd was not watching", at(1)}); // not running
  books.write(wallet, opening(190));
  books.write(wallet, SkippedWindow{{topic, Height{190}, "not due: schedule.interval_s is 60"}, at(1)});
  BOOST_TEST(results(1).since_answered == 0u);
  books.write(wallet, opening(220));
  books.write(wallet, SkippedWindow{{topic, Height{220}, "the topic is not active"}, at(1)});
  books.write(wallet, opening(250));
  books.write(wallet, WindowClosed{topic, Height{250}, at(1)});
  const auto now = results(1);
  BOOST_TEST(now.since_answered == 2u);
  BOOST_TEST(now.last_end.starts_with("missed: "));
  BOOST_TEST(now.ended_24h == 4u);
  BOOST_TEST((now.last_answered == Height{130}));
  BOOST_TEST(results(200'000'000).ended_24h == 0u); // days later
  BOOST_TEST(results(200'000'000).since_answered == 2u);
  books.write(wallet, opening(280)); // not over yet
  BOOST_TEST(results(1).since_answered == 2u);
}

namespace {

/// Signed bytes with this fee.
StoreSigned costing(std::int64_t nonce, const std::string& salt, Uallo fee, TxHash replaces = {}) {
  auto m = storing(nonce, salt, std::move(replaces));
  m.signed_tx.fee = fee;
  return m;
}
BookOutcome having_cost(BookOutcome m, Uallo fee) {
  m.fee = fee;
  return m;
}
const Uallo big{Uint128{30} * 1'000'000'000'000'000'000}; // 30 ALLO, beyond 64 bits

} // namespace

BOOST_AUTO_TEST_CASE(fees_beyond_64_bits_are_kept_and_added_exactly) {
  for (const auto nonce : {100, 130}) {
    books.claim(claim(nonce));
    const auto fee = big + Uallo{static_cast<Uint128>(nonce)};
    books.write(wallet, costing(nonce, std::to_string(nonce), fee));
    BOOST_TEST((books.unresolved(wallet).windows.at(0).attempts.at(0).fee == fee));
    books.write(wallet, having_cost(outcome(nonce, Status::confirmed, std::to_string(nonce)), fee));
    BOOST_TEST((row(nonce).fee == fee));
  }
  books.write(wallet, costing(0, "r", big));
  books.write(wallet, having_cost(outcome(0, Status::confirmed, "r"), big));
  BOOST_TEST((books.summary(wallet, Instant{}).fees == big + big + big + Uallo{230}));
}

BOOST_AUTO_TEST_CASE(the_fees_of_a_day_are_those_paid_and_those_under_way) {
  const auto day = at(0);
  const auto with = [&](const StoreSigned& m) { return books.fees_with(m, day); };
  BOOST_TEST((with(costing(100, "a", big)) == big));
  books.claim(claim(100));
  books.write(wallet, costing(100, "a", big));
  BOOST_TEST((with(costing(100, "a", big)) == big));                                // repeated: counted once
  BOOST_TEST((with(costing(100, "b", Uallo{7}, signed_tx("a").hash)) == Uallo{7})); // replaces what was never sent
  BOOST_TEST((with(costing(130, "c", Uallo{5})) == big + Uallo{5}));
  books.write(wallet, marking(100, "a"));
  BOOST_TEST((with(costing(100, "b", Uallo{7}, signed_tx("a").hash)) == big + Uallo{7})); // was sent: may have been charged
  books.write(wallet, costing(100, "b", Uallo{7}, signed_tx("a").hash));
  books.write(wallet, having_cost(outcome(100, Status::confirmed, "b"), Uallo{7}));
  BOOST_TEST((with(costing(130, "c", Uallo{5})) == Uallo{12})); // what the outcome says
  books.write(wallet, costing(0, "r", Uallo{100}));
  BOOST_TEST((with(costing(130, "c", Uallo{5})) == Uallo{112}));
  books.write(wallet, having_cost(outcome(0, Status::confirmed, "r"), Uallo{100}));
  BOOST_TEST((with(costing(130, "c", Uallo{5})) == Uallo{112}));
  auto others = costing(130, "o", Uallo{1});
  others.wallet = Wallet{"allo1other"};
  BOOST_TEST((with(others) == Uallo{1}));
}

BOOST_AUTO_TEST_CASE(fees_older_than_a_day_do_not_count_and_a_clock_set_back_brings_them_back) {
  books.claim(claim(100));
  books.write(wallet, costing(100, "a", Uallo{3}));
  books.write(wallet, having_cost(outcome(100, Status::confirmed, "a"), Uallo{3})); // at 104 s
  const auto m = costing(500, "b", Uallo{1});
  BOOST_TEST((books.fees_with(m, at(100)) == Uallo{4}));
  BOOST_TEST((books.fees_with(m, at(240)) == Uallo{1})); // by the minute
  BOOST_TEST((books.fees_with(m, at(100)) == Uallo{4}));
}

BOOST_AUTO_TEST_CASE(fees_of_a_burst_that_failed_are_not_counted) {
  const auto m = costing(130, "c", Uallo{5});
  BOOST_TEST((books.fees_with(m, at(0)) == Uallo{5})); // follows the rows from here on
  BOOST_CHECK_THROW(books.transaction([&] {
    books.claim(claim(100));
    books.write(wallet, costing(100, "a", Uallo{3}));
    BOOST_TEST((books.fees_with(m, at(0)) == Uallo{8}));
    throw StoreFailure("in the middle");
  }),
                    StoreFailure);
  BOOST_TEST((books.fees_with(m, at(0)) == Uallo{5}));
}

BOOST_AUTO_TEST_CASE(a_burst_counts_whole_or_not_at_all) {
  BOOST_CHECK_THROW(books.transaction([&] {
    books.write(wallet, opening(100));
    books.claim(claim(100));
    books.write(wallet, storing(100, "a"));
    throw StoreFailure("in the middle");
  }),
                    StoreFailure);
  BOOST_TEST(windows().empty());
  BOOST_TEST(transactions().empty());
  books.transaction([&] {
    books.write(wallet, opening(100));
    BOOST_TEST(granted(claim(100)));
    books.write(wallet, storing(100, "a")); // sees the uncommitted claim
  });
  BOOST_TEST((row(100).status == Status::stored));
}

BOOST_AUTO_TEST_SUITE_END()
