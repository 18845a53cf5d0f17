#define BOOST_TEST_MODULE validate
#include "runtime/market/validate.hpp"

#include "tests/market/market_fixture.hpp"

#include <limits>

using namespace inferd;
using namespace inferd::market;
using namespace inferd::market::test;

namespace {

Checked good(const Check& c) {
  if (const auto* reason = std::get_if<std::string>(&c)) BOOST_FAIL("refused: " + *reason);
  return std::get<Checked>(c);
}
std::string refused(const Check& c) {
  if (!std::holds_alternative<std::string>(c)) BOOST_FAIL("not refused");
  return std::get<std::string>(c);
}
Candle changed(double Candle::*field, double value) {
  auto c = candle(1);
  c.*field = value;
  return c;
}

} // namespace

BOOST_AUTO_TEST_CASE(good_candles_pass_without_warning) {
  const std::vector<Candle> three{candle(0), candle(1), candle(2)};
  const auto c = good(check(three, now));
  BOOST_TEST((c.candles == three));
  BOOST_TEST(c.warnings.empty());
  BOOST_TEST(good(check({}, now)).candles.empty());
}

BOOST_AUTO_TEST_CASE(the_forming_candle_is_dropped_silently) {
  auto forming = candle(12);
  forming.close = 0; // invalid, but dropped as not closed
  const auto c = good(check({candle(11), forming}, {now.value + 1}));
  BOOST_TEST(c.candles.size() == 1u);
  BOOST_TEST(c.warnings.empty());
}

BOOST_AUTO_TEST_CASE(a_candle_has_closed_an_hour_after_it_opened_and_not_a_millisecond_before) {
  BOOST_TEST(good(check({candle(11)}, now)).candles.size() == 1u);
  BOOST_TEST(good(check({candle(11)}, {now.value - 1})).candles.empty());
}

BOOST_AUTO_TEST_CASE(a_candle_from_the_future_is_refused_but_a_clock_may_be_late) {
  BOOST_TEST(refused(check({candle(13)}, now)) == "candle 2025-01-01T13:00:00Z: from the future");
  BOOST_TEST(good(check({candle(13)}, {after(t0, 13).value - 1'000})).candles.empty());
}

BOOST_AUTO_TEST_CASE(wrong_order_is_corrected_with_a_warning) {
  const auto c = good(check({candle(2), candle(0), candle(1)}, now));
  BOOST_TEST((c.candles == std::vector{candle(0), candle(1), candle(2)}));
  BOOST_TEST(c.warnings == "candles out of order");
}

BOOST_AUTO_TEST_CASE(a_duplicate_candle_is_dropped_with_a_warning) {
  const auto c = good(check({candle(0), candle(1), candle(1)}, now));
  BOOST_TEST(c.candles.size() == 2u);
  BOOST_TEST(c.warnings == "1 candle(s) given twice");
}

BOOST_AUTO_TEST_CASE(one_hour_with_two_candles_counts_as_missing) {
  const auto c = good(check({candle(0), candle(1, 100), candle(1, 101)}, now));
  BOOST_TEST((c.candles == std::vector{candle(0)}));
  BOOST_TEST(c.warnings == "1 damaged candle(s) left out, the first: candle 2025-01-01T01:00:00Z: given twice, differently");
}

BOOST_AUTO_TEST_CASE(prices_that_cannot_be_are_refused) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
  for (auto field : {&Candle::open, &Candle::high, &Candle::low, &Candle::close}) {
    for (const double value : {nan, inf, -inf})
      BOOST_TEST(refused(check({changed(field, value)}, now)).ends_with("a price that is not finite"));
    for (const double value : {0.0, -1.0}) BOOST_TEST(refused(check({changed(field, value)}, now)).ends_with("not positive"));
    for (const double value : {1e-300, 1e300}) BOOST_TEST(!refused(check({changed(field, value)}, now)).empty());
  }
  for (const double value : {nan, inf, -1.0}) {
    const auto c = good(check({changed(&Candle::volume, value)}, now));
    BOOST_TEST(c.candles.at(0).volume == 0);
    BOOST_TEST(c.warnings == "1 candle(s) without a volume");
  }
  BOOST_TEST(good(check({changed(&Candle::volume, 0)}, now)).warnings.empty());
}

BOOST_AUTO_TEST_CASE(high_below_low_is_refused) {
  BOOST_TEST(refused(check({{after(t0, 1), 100, 99, 101, 100, 1}}, now)).ends_with("high below low"));
}

BOOST_AUTO_TEST_CASE(a_close_outside_of_high_and_low_is_a_warning_or_a_rejection_by_its_distance) {
  const auto c = good(check({{after(t0, 1), 100, 101, 99, 101.5, 1}}, now));
  BOOST_TEST(c.candles[0].high == 101.5);
  BOOST_TEST(c.warnings == "1 candle(s) with open or close slightly outside of high and low");
  BOOST_TEST(refused(check({{after(t0, 1), 100, 101, 99, 105, 1}}, now)).ends_with("outside of high and low"));
}

BOOST_AUTO_TEST_CASE(a_candle_off_the_hour_is_refused) {
  auto c = candle(1);
  c.opens.value += 60'000;
  BOOST_TEST(refused(check({c}, now)).ends_with("does not open on the hour"));
}

BOOST_AUTO_TEST_CASE(one_damaged_candle_counts_as_missing_and_the_others_stay) {
  const Candle zero{after(t0, 4), 0, 0, 0, 0, 0}, low_above_high{after(t0, 4), 100, 99, 101, 100, 1};
  const Candle off_the_hour{{after(t0, 4).value + 1}, 100, 101, 99, 100, 1}, long_ago{{0}, 0, 0, 0, 0, 0};
  const Candle next_year{after(t0, 9'000), 100, 101, 99, 100, 1};
  std::vector<Candle> others;
  for (int n = 0; n < 10; ++n)
    if (n != 4) others.push_back(candle(n));
  for (const auto& bad : {zero, low_above_high, off_the_hour, long_ago, next_year}) {
    auto all = others;
    all.push_back(bad);
    const auto c = good(check(all, now));
    BOOST_TEST((c.candles == others));
    BOOST_TEST(c.warnings.find("1 damaged candle(s) left out, the first: ") != std::string::npos);
    BOOST_TEST(good(fill_gaps(c.candles, {t0, after(t0, 10)})).candles.size() == 10u);
  }
}

BOOST_AUTO_TEST_CASE(more_damage_than_is_mended_is_refused) {
  std::vector<Candle> page;
  for (int n = 0; n < 40; ++n) page.push_back(candle(n - 30, n < 4 ? 0 : 100));
  BOOST_TEST(good(check(page, now)).candles.size() == 36u);
  page[39].close = -1;
  BOOST_TEST(refused(check(page, now)) ==
             "5 damaged candles, the first: candle 2024-12-30T18:00:00Z: a price that is not positive");
  BOOST_TEST(refused(check({candle(0, 0)}, now)).ends_with("a price that is not positive"));
}

BOOST_AUTO_TEST_CASE(candles_from_the_future_that_go_on_from_the_present_mean_a_late_clock) {
  std::vector<Candle> page;
  for (int n = 0; n < 40; ++n) page.push_back(candle(n - 10));
  BOOST_TEST(refused(check(page, now)) == "candle 2025-01-01T13:00:00Z: from the future");
  std::erase_if(page, [](const Candle& c) { return c.opens >= after(t0, 11) && c.opens < after(t0, 14); }); // a gap between
  BOOST_TEST(refused(check(page, now)) == "candle 2025-01-01T14:00:00Z: from the future");
}

BOOST_AUTO_TEST_CASE(times_that_cannot_be_are_refused) {
  for (const auto t : {Instant{0}, Instant{-hour}, Instant{std::numeric_limits<std::int64_t>::max()},
                       Instant{std::numeric_limits<std::int64_t>::min()}})
    BOOST_TEST(refused(check({{t, 1, 1, 1, 1, 1}}, now)) == "a candle at an impossible time");
}

BOOST_AUTO_TEST_CASE(an_hour_without_trades_keeps_the_last_price_with_a_warning) {
  const auto c = good(fill_gaps({candle(0), candle(1, 102), candle(3)}, {t0, after(t0, 4)}));
  BOOST_REQUIRE_EQUAL(c.candles.size(), 4u);
  BOOST_TEST((c.candles[2] == Candle{after(t0, 2), 102, 102, 102, 102, 0}));
  BOOST_TEST(c.warnings == "1 hour(s) without trades, the first at 2025-01-01T02:00:00Z");
}

BOOST_AUTO_TEST_CASE(a_gap_at_the_start_is_filled_from_earlier_candles) {
  const auto c = good(fill_gaps({candle(0, 102), candle(2)}, {after(t0, 1), after(t0, 3)}));
  BOOST_REQUIRE_EQUAL(c.candles.size(), 2u);
  BOOST_TEST((c.candles[0] == Candle{after(t0, 1), 102, 102, 102, 102, 0}));
}

BOOST_AUTO_TEST_CASE(a_hole_longer_than_three_hours_is_refused) {
  BOOST_TEST(good(fill_gaps({candle(0), candle(4)}, {t0, after(t0, 100)})).candles.size() == 5u);
  BOOST_TEST(refused(fill_gaps({candle(0), candle(5)}, {t0, after(t0, 100)})) ==
             "4 hours without candles from 2025-01-01T01:00:00Z");
}

BOOST_AUTO_TEST_CASE(a_long_hole_is_refused_even_when_only_its_end_is_wanted) {
  BOOST_TEST(!refused(fill_gaps({candle(0), candle(6)}, {after(t0, 5), after(t0, 7)})).empty());
}

BOOST_AUTO_TEST_CASE(too_many_short_holes_are_refused) {
  std::vector<Candle> every_other;
  for (int n = 0; n < 100; n += 2) every_other.push_back(candle(n));
  BOOST_TEST(refused(fill_gaps(every_other, {t0, after(t0, 100)})) == "49 of 100 hours without candles");
}

BOOST_AUTO_TEST_CASE(hours_missing_at_the_start_give_a_warning_and_at_the_end_nothing) {
  const auto c = good(fill_gaps({candle(3), candle(4)}, {t0, after(t0, 10)}));
  BOOST_TEST(c.candles.size() == 2u);
  BOOST_TEST(c.warnings == "nothing before 2025-01-01T03:00:00Z");
}

BOOST_AUTO_TEST_CASE(only_what_is_wanted_is_given) {
  const auto c = good(fill_gaps({candle(0), candle(1), candle(2), candle(3)}, {after(t0, 1), after(t0, 3)}));
  BOOST_TEST((c.candles == std::vector{candle(1), candle(2)}));
  BOOST_TEST(c.warnings.empty());
}

BOOST_AUTO_TEST_CASE(minutes_have_their_own_grid_and_a_longer_run_is_filled) {
  const Interval minute{60'000};
  const auto bounds = usual_bounds(minute);
  const auto at = [&](std::int64_t n) { return Candle{after(t0, n, minute), 100, 101, 99, 100, 1}; };
  const std::vector<Candle> gap{at(0), at(1), at(12), at(13)};
  const auto checked = good(check(gap, now, bounds));
  BOOST_TEST(checked.candles.size() == 4u);
  std::vector<Candle> many;
  for (int i = 0; i < 200; ++i)
    if (i < 50 || i >= 60) many.push_back(at(i));
  const auto filled = good(fill_gaps(good(check(many, now, bounds)).candles, {t0, after(t0, 200, minute), minute}, bounds));
  BOOST_TEST(filled.candles.size() == 200u);
  BOOST_TEST(filled.warnings == "10 minute(s) without trades, the first at 2025-01-01T00:50:00Z");
  std::erase_if(many, [&](const Candle& c) { return c.opens == after(t0, 60, minute); });
  BOOST_TEST(refused(fill_gaps(many, {t0, after(t0, 200, minute), minute}, bounds)) ==
             "11 minutes without candles from 2025-01-01T00:50:00Z");
  auto off = at(3);
  off.opens.value += 1'000;
  BOOST_TEST(refused(check({off}, now, bounds)) == "candle 2025-01-01T00:03:01Z: does not open at a multiple of its interval");
}
