#define BOOST_TEST_MODULE candle_range
#include "runtime/market/candle_range.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::market;

namespace {
constexpr Instant new_year{1'735'689'600'000};
}

BOOST_AUTO_TEST_CASE(a_time_written_and_read_again_is_the_same) {
  for (const auto t : {earliest, latest, new_year, after(new_year, 24 * 59 + 5), Instant{1'709'164'799'000}})
    BOOST_TEST(parse_iso(utc_text(t))->value == t.value);
  BOOST_TEST(utc_text(Instant{1'709'164'799'000}) == "2024-02-28T23:59:59Z");
  BOOST_TEST(utc_date(after(Instant{1'709'164'799'000}, 1)) == "2024-02-29");
}

BOOST_AUTO_TEST_CASE(offsets_fractions_and_bare_dates_are_understood) {
  BOOST_TEST(parse_iso("2025-01-01")->value == new_year.value);
  BOOST_TEST(parse_iso("2025-01-01T00:00:00+00:00")->value == new_year.value);
  BOOST_TEST(parse_iso("2025-01-01T05:30:00+05:30")->value == new_year.value);
  BOOST_TEST(parse_iso("2024-12-31T22:00:00-02:00")->value == new_year.value);
  BOOST_TEST(parse_iso("2025-01-01T00:00:00.123456Z")->value == new_year.value + 123);
}

BOOST_AUTO_TEST_CASE(what_is_not_quite_a_time_is_none) {
  for (const auto* text : {"", "2025", "2025-01", "2025-13-01", "2025-02-30", "2025-01-01T", "2025-01-01T00:00:00",
                           "2025-01-01T24:00:00Z", "2025-01-01T00:60:00Z", "2025-01-01 00:00:00Z", "2025-01-01T00:00:00Zx",
                           "2025-01-01T00:00:00.Z", "2025-01-01T00:00:00+0", "20x5-01-01", "-025-01-01"})
    BOOST_TEST(!parse_iso(text), text << " was taken for a time");
}

BOOST_AUTO_TEST_CASE(hours_are_counted_without_going_below_none) {
  BOOST_TEST((CandleRange{new_year, after(new_year, 3)}.count()) == 3);
  BOOST_TEST((CandleRange{after(new_year, 3), new_year}.count()) == 0);
  BOOST_TEST(opening_at({new_year.value + hour - 1}).value == new_year.value);
  BOOST_TEST(opening_at({-1}).value == 0);
}

BOOST_AUTO_TEST_CASE(a_range_counts_candles_of_its_interval) {
  const Interval minute{60'000}, day{86'400'000};
  BOOST_TEST((CandleRange{new_year, after(new_year, 3), minute}.count()) == 180);
  BOOST_TEST(opening_at({new_year.value + 61'000}, minute).value == new_year.value + 60'000);
  BOOST_TEST(opening_at({new_year.value + 61'000}, day).value == new_year.value);
  const auto closed = closed_range({new_year.value + 1}, latest, {new_year.value + 200'000}, minute);
  BOOST_TEST((closed == CandleRange{after(new_year, 1, minute), after(new_year, 3, minute), minute}));
}
