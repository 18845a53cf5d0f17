#pragma once
// Rules of the sums that every store must keep: results of topics, fees in all and of a day. Included behind books_rules.hpp.

#include "messages/json.hpp"
#include "runtime/books/decimal_sum.hpp"
#include "runtime/books/topic_results.hpp"
#include "tests/books/books_rules.hpp"

#include <boost/json/serialize.hpp>
#include <map>
#include <random>

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

/// The summary by its definition, from all rows.
BooksSummary defined_summary(const std::vector<WindowRow>& windows, const std::vector<TransactionRow>& transactions,
                             const Wallet& of, Instant now) {
  BooksSummary s;
  const Instant day_ago{(now.value - 86'400'000) / 60'000 * 60'000}; // fees count by the minute
  std::vector<Decimal> rewards;
  std::map<TopicId, std::map<Height, WindowRow, std::greater<>>> topics;
  for (const auto& row : windows) {
    if (row.wallet != of) continue;
    ++s.windows;
    if (row.status == Status::confirmed) ++s.confirmed;
    if (row.status == Status::refused) ++s.refused;
    if (row.status == Status::missed) ++s.missed;
    if (row.status == Status::skipped) ++s.skipped;
    if (!is_final(row.status)) ++s.unfinished;
    s.fees += row.fee;
    if (row.done_at >= day_ago) s.fees_24h += row.fee;
    s.last_nonce = std::max(s.last_nonce, row.nonce);
    rewards.push_back(row.reward);
    topics[row.topic][row.nonce] = row;
  }
  for (const auto& tx : transactions) {
    if (tx.wallet != of || tx.nonce.value != 0) continue;
    s.fees += tx.paid;
    if (tx.done_at >= day_ago) s.fees_24h += tx.paid;
  }
  s.rewards = sum(rewards);
  for (const auto& [id, rows] : topics) {
    TopicResultsReader reader(id, now);
    for (const auto& [nonce, row] : rows)
      if (!reader.add(row)) break;
    s.topics.push_back(reader.results());
  }
  return s;
}

} // namespace

// A summary that reads months of rows would hold up the claims of windows that are open.
BOOST_AUTO_TEST_CASE(a_summary_that_follows_the_rows_is_that_of_the_rows) {
  std::mt19937 random(20'260'101);
  const auto chance = [&](unsigned of) { return random() % of == 0; };
  const Wallet other{"allo1other"};
  auto now = at(0);
  const auto check = [&](const Wallet& who) {
    const auto expected = defined_summary(windows(), transactions(), who, now);
    BOOST_REQUIRE_EQUAL(boost::json::serialize(to_json(books.summary(who, now))), boost::json::serialize(to_json(expected)));
    if (!chance(8)) return;
    BOOST_CHECK_THROW(books.transaction([&] { // what failed counts for nothing
      books.write(who, SkippedWindow{{TopicId{9}, Height{1}, "x"}, now});
      books.summary(who, now);
      throw StoreFailure("full");
    }),
                      StoreFailure);
    BOOST_REQUIRE_EQUAL(boost::json::serialize(to_json(books.summary(who, now))), boost::json::serialize(to_json(expected)));
  };
  for (std::int64_t n = 1; n <= 150; ++n) {
    const auto nonce = 20 * n;
    const TopicId id{1 + random() % 3};
    const auto& who = chance(4) ? other : wallet;
    now = Instant{at(nonce).value + n * 1'800'000}; // three days in all
    if (chance(10)) now.value -= 90'000'000;        // a clock set back
    const auto salt = std::to_string(n);
    auto opened = opening(nonce);
    opened.topic = id, opened.at = now;
    auto skipped = SkippedWindow{{id, Height{nonce}, chance(2) ? "not due: x" : "the topic is not active"}, now};
    if (!chance(8)) books.write(who, opened);
    check(who);
    if (chance(5)) {
      chance(2) ? books.write(who, skipped) : books.write(who, WindowClosed{id, Height{nonce}, now});
      check(who);
      continue;
    }
    auto claimed = claim(nonce, chance(3) ? "0.5" : "0.25");
    claimed.wallet = who, claimed.prediction.topic = id, claimed.at = now;
    books.claim(claimed);
    auto stored = storing(nonce, salt);
    stored.wallet = who, stored.topic = id, stored.at = now;
    if (!chance(9)) books.write(who, stored);
    check(who);
    if (chance(7)) continue; // stays unfinished, or is swept later
    auto ended = outcome(nonce, chance(5) ? Status::refused : chance(9) ? Status::missed : Status::confirmed, salt);
    ended.wallet = who, ended.topic = id, ended.at = now, ended.fee = chance(6) ? Uallo{} : Uallo{random() % 1000};
    books.write(who, ended);
    check(who);
    for (const auto* reward : {"1.5E-3", "12345678901234567890.25", "-0.75"}) // a later one replaces it
      if (chance(2)) books.write(who, BookReward{{id, Height{nonce}, who, {reward}}, now});
    check(who);
    books.write(who, BookScore{{id, Height{nonce}, who, {"0.5"}}, now}); // changes the row, and no sum
    check(who);
    if (!chance(6)) continue;
    auto registration = storing(0, "r" + salt);
    registration.wallet = who, registration.topic = id, registration.at = now;
    books.write(who, registration);
    auto registered = outcome(0, Status::confirmed, "r" + salt);
    registered.wallet = who, registered.topic = id, registered.at = now, registered.fee = Uallo{7'000};
    books.write(who, registered);
    check(who);
  }
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
