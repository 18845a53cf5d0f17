#define BOOST_TEST_MODULE history
#include "runtime/market/candle_history.hpp"

#include "tests/market/market_fixture.hpp"

using namespace inferd;
using namespace inferd::market;
using namespace inferd::market::test;

namespace {

std::vector<Candle> run(std::int64_t from, std::int64_t until) {
  std::vector<Candle> out;
  for (; from < until; ++from) out.push_back(candle(from));
  return out;
}
CandleRange hours(std::int64_t from, std::int64_t until) { return {after(t0, from), after(t0, until)}; }

/// Holds the hours 10 to 20.
CandleHistory known() {
  CandleHistory h;
  h.keep(run(10, 20), {hours(10, 20)}, 100);
  return h;
}

} // namespace

BOOST_AUTO_TEST_CASE(an_empty_history_misses_everything) {
  BOOST_TEST((CandleHistory().missing(hours(0, 5), 100) == std::vector{hours(0, 5)}));
}

BOOST_AUTO_TEST_CASE(what_is_known_is_not_asked_again) {
  BOOST_TEST(known().missing(hours(10, 20), 100).empty());
  BOOST_TEST(known().missing(hours(12, 15), 100).empty());
  BOOST_TEST(known().missing(hours(15, 15), 100).empty());
}

BOOST_AUTO_TEST_CASE(what_is_dropped_from_a_gap_on_is_asked_for_again) {
  auto all = run(10, 14);
  for (const auto& c : run(18, 20)) all.push_back(c);
  CandleHistory h;
  h.keep(all, {hours(10, 20)}, 100);
  BOOST_TEST(h.missing(hours(10, 20), 100).empty());
  h.drop_from_gap(hours(10, 20));
  BOOST_TEST((h.candles() == run(10, 14)));
  BOOST_TEST((h.missing(hours(10, 20), 100) == std::vector{hours(13, 20)}));
}

BOOST_AUTO_TEST_CASE(one_new_hour_is_asked_for_together_with_the_newest_known) {
  BOOST_TEST((known().missing(hours(10, 21), 100) == std::vector{hours(19, 21)}));
}

BOOST_AUTO_TEST_CASE(a_request_for_the_new_hour_returns_only_that) {
  BOOST_TEST((known().missing(hours(20, 21), 100) == std::vector{hours(20, 21)}));
}

BOOST_AUTO_TEST_CASE(older_hours_are_asked_for_up_to_the_first_known) {
  BOOST_TEST((known().missing(hours(5, 20), 100) == std::vector{hours(5, 10)}));
  BOOST_TEST((known().missing(hours(5, 22), 100) == std::vector{hours(5, 10), hours(19, 22)}));
}

BOOST_AUTO_TEST_CASE(a_hole_is_asked_for_again_when_newer_hours_are_asked_anyway) {
  CandleHistory h;
  auto candles = run(10, 20);
  candles.erase(candles.begin() + 5);
  h.keep(candles, {hours(10, 20)}, 100);
  BOOST_TEST(h.missing(hours(10, 20), 100).empty());
  BOOST_TEST((h.missing(hours(10, 21), 100) == std::vector{hours(15, 21)}));
  BOOST_TEST((h.missing(hours(10, 21), 4) == std::vector{hours(19, 21)})); // a wider range would cost another request
}

BOOST_AUTO_TEST_CASE(a_source_that_began_later_is_not_asked_for_its_past_twice) {
  CandleHistory h;
  h.keep(run(10, 20), {hours(0, 20)}, 100);
  BOOST_TEST(h.missing(hours(0, 20), 100).empty());
}

BOOST_AUTO_TEST_CASE(a_range_far_from_what_is_known_replaces_it) {
  auto h = known();
  BOOST_TEST((h.missing(hours(50, 60), 100) == std::vector{hours(50, 60)}));
  h.keep(h.with(run(50, 60), {hours(50, 60)}), {hours(50, 60)}, 100);
  BOOST_TEST((h.candles() == run(50, 60)));
  BOOST_TEST((h.missing(hours(10, 20), 100) == std::vector{hours(10, 20)}));
}

BOOST_AUTO_TEST_CASE(news_win_over_what_was_known) {
  auto h = known();
  const auto merged = h.with({candle(19, 150), candle(20, 151)}, {hours(19, 21)});
  BOOST_REQUIRE_EQUAL(merged.size(), 11u);
  BOOST_TEST((merged[9] == candle(19, 150)));
  BOOST_TEST((merged[10] == candle(20, 151)));
}

BOOST_AUTO_TEST_CASE(older_and_newer_news_are_merged_in_the_order_of_time) {
  auto h = known();
  auto news = run(5, 10);
  news.push_back(candle(20));
  BOOST_TEST((h.with(news, {hours(5, 10), hours(19, 21)}) == run(5, 21)));
}

BOOST_AUTO_TEST_CASE(only_so_many_are_kept_the_newest) {
  CandleHistory h;
  h.keep(run(0, 50), {hours(0, 50)}, 10);
  BOOST_TEST((h.candles() == run(40, 50)));
  BOOST_TEST((h.missing(hours(30, 50), 100) == std::vector{hours(30, 40)}));
}

BOOST_AUTO_TEST_CASE(an_answer_without_candles_is_remembered_as_asked) {
  CandleHistory h;
  h.keep({}, {hours(0, 5)}, 10);
  BOOST_TEST((h.missing(hours(0, 6), 100) == std::vector{hours(0, 6)})); // nothing stored
}
