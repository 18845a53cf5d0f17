#define BOOST_TEST_MODULE jumps
// A move of the market or a damaged row? The steps are those around Bounds::jump: -39 % and +65 % in an hour.
#include "tests/market/market_fixture.hpp"

#include <cmath>

using namespace inferd;
using namespace inferd::market;
using namespace inferd::market::test;

namespace {

/// An hour that opened at `open`.
Candle traded(std::int64_t n, double open, double close) {
  return {after(t0, n), open, std::max(open, close), std::min(open, close), close, 5};
}

/// CandleRange from -20 on, at 100; from hour `at` on at `to`, with trades from the one to the other in hour `at`.
std::vector<Candle> crash(std::int64_t at, double to, std::int64_t until) {
  std::vector<Candle> all;
  for (std::int64_t n = -20; n < until; ++n)
    all.push_back(n < at ? candle(n) : n == at ? traded(n, 100, to) : traded(n, to, to));
  return all;
}

struct Judged {
  std::vector<Candle> candles;
  std::string warnings, refused;
};
Judged judge(std::vector<Candle> candles, const std::vector<SourceCandles>& others = {}, Instant at = now) {
  auto rows = check_rows(std::move(candles), at);
  BOOST_REQUIRE(std::holds_alternative<Checked>(rows));
  std::set<Instant> confirmed;
  auto settled = settle_jumps(std::get<Checked>(rows), others, confirmed);
  if (const auto* why = std::get_if<std::string>(&settled)) return {{}, {}, *why};
  return {std::get<Checked>(settled).candles, std::get<Checked>(settled).warnings, {}};
}

const auto calm = crash(100, 100, 12);

} // namespace

BOOST_AUTO_TEST_CASE(a_step_up_to_the_bound_needs_no_evidence) {
  for (const double to : {100 * std::exp(0.499), 100 * std::exp(-0.499)}) {
    auto step = calm;
    step.back() = candle(11, to);
    BOOST_TEST(judge(step).candles.size() == step.size());
    BOOST_TEST(judge(step).warnings.empty());
  }
}

BOOST_AUTO_TEST_CASE(two_sources_that_agree_show_a_move_of_the_market) {
  for (const double to : {60.0, 165.0}) {
    auto step = calm;
    step.back() = candle(11, to); // even without trades between the prices
    auto other = calm;
    other.back() = candle(11, to * 1.04);
    const auto j = judge(step, {{"kraken", other}});
    BOOST_TEST((j.candles == step));
    BOOST_TEST(j.warnings.ends_with(": kraken shows it too"));
  }
}

BOOST_AUTO_TEST_CASE(a_jump_that_another_source_does_not_show_is_damage) {
  const auto move = crash(11, 60, 13); // the hours around it fit, and yet
  const auto j = judge(move, {{"kraken", calm}});
  BOOST_TEST((j.candles == std::vector<Candle>(calm.begin(), calm.end() - 1)));
  BOOST_TEST(j.warnings == "1 damaged candle(s) left out: candle 2025-01-01T11:00:00Z: close jumps from 100 to 60");
}

BOOST_AUTO_TEST_CASE(one_source_that_agrees_is_enough) {
  const auto move = crash(11, 60, 13);
  BOOST_TEST(judge(move, {{"a", calm}, {"b", {}}, {"c", move}}).candles.size() == calm.size());
}

BOOST_AUTO_TEST_CASE(a_source_without_the_hours_says_nothing) {
  const auto move = crash(11, 60, 13);
  for (const auto& other : {std::vector<Candle>{}, std::vector<Candle>(calm.begin(), calm.end() - 1)})
    BOOST_TEST(judge(move, {{"kraken", other}}).warnings.ends_with(": the hours around it fit"));
}

BOOST_AUTO_TEST_CASE(alone_a_source_is_believed_when_the_hours_around_the_jump_fit) {
  for (const double to : {60.0, 165.0, 11.0}) {
    BOOST_TEST(judge(crash(11, to, 13)).candles.size() == calm.size()); // the next hour is the forming one
    BOOST_TEST(judge(crash(5, to, 13)).candles.size() == calm.size());
  }
  auto back = crash(5, 60, 13); // down and up again, both traded
  for (auto& c : back)
    if (c.opens == after(t0, 6)) c = traded(6, 60, 100);
    else if (c.opens > after(t0, 6)) c = traded((c.opens.value - t0.value) / hour, 100, 100);
  BOOST_TEST(judge(back).candles.size() == calm.size());
}

BOOST_AUTO_TEST_CASE(alone_a_row_that_does_not_fit_is_damage) {
  for (const std::int64_t at : {0, 5, 10, 11}) { // 11: the newest, before anything follows it
    auto spike = calm;
    const auto row = spike.begin() + at + 20;
    *row = candle(at, 300);
    auto rest = calm;
    rest.erase(rest.begin() + at + 20);
    const auto j = judge(spike);
    BOOST_TEST((j.candles == rest));
    BOOST_TEST(j.warnings.starts_with("1 damaged candle(s) left out: candle "));
  }
}

BOOST_AUTO_TEST_CASE(a_damaged_run_is_left_out_up_to_the_longest_gap_that_is_filled) {
  for (int length = 1; length <= 4; ++length) {
    auto spike = calm;
    for (int n = 0; n < length; ++n) spike[std::size_t(22 + n)] = candle(2 + n, 300);
    const auto j = judge(spike);
    if (length <= 3) BOOST_TEST(j.candles.size() == calm.size() - std::size_t(length));
    else BOOST_TEST(j.candles.size() == calm.size()); // no gap: two moves that lasted
  }
}

BOOST_AUTO_TEST_CASE(the_first_rows_of_a_series_may_be_the_damaged_ones) {
  auto first = calm;
  first[0] = candle(-20, 300);
  BOOST_TEST((judge(first).candles == std::vector<Candle>(calm.begin() + 1, calm.end())));
}

BOOST_AUTO_TEST_CASE(a_price_that_stays_is_believed_after_the_longest_gap_and_not_before) {
  for (std::int64_t hours = 1; hours <= 6; ++hours) {
    auto step = calm;
    for (std::int64_t n = 0; n < hours; ++n) step[step.size() - 1 - std::size_t(n)] = candle(11 - n, 60);
    const auto j = judge(step);
    BOOST_TEST(j.candles.size() == (hours <= 3 ? step.size() - std::size_t(hours) : step.size()), hours << " hours");
  }
}

BOOST_AUTO_TEST_CASE(no_source_alone_shows_a_move_by_more_than_ten) {
  BOOST_TEST(judge(crash(11, 9, 13)).candles.size() == calm.size() - 1);
  BOOST_TEST(judge(crash(2, 9, 13)).refused == "candle 2025-01-01T02:00:00Z: close jumps from 100 to 9"); // lasts
  BOOST_TEST(judge(crash(2, 9, 13), {{"kraken", crash(2, 9, 13)}}).candles.size() == calm.size());
}

BOOST_AUTO_TEST_CASE(a_confirmed_hour_is_not_judged_again) {
  std::set<Instant> confirmed{after(t0, 11)};
  auto step = calm;
  step.back() = candle(11, 60);
  const auto settled = settle_jumps({step, {}, {}}, {{"kraken", calm}}, confirmed);
  BOOST_TEST(std::get<Checked>(settled).candles.size() == step.size());
  BOOST_TEST(std::get<Checked>(settled).warnings.empty());
}
