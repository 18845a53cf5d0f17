#define BOOST_TEST_MODULE samples
#include "model/training/samples.hpp"
#include "tests/model/series.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

BOOST_AUTO_TEST_CASE(a_row_is_a_candle_with_all_features_and_a_candle_one_horizon_later) {
  const auto candles = random_walk(1, 200);
  const auto s = make_samples(candles, 24);
  BOOST_REQUIRE_EQUAL(s.rows(), 200 - 72 - 24);
  BOOST_TEST((s.opens.front() == candles[72].opens));
  BOOST_TEST((s.opens.back() == candles[175].opens));
  BOOST_TEST(s.labels[10] == std::log(candles[106].close) - std::log(candles[82].close));
  BOOST_TEST(s.features(10, 0) == std::log(candles[82].close));
}

BOOST_AUTO_TEST_CASE(labels_are_by_time_so_a_missing_hour_costs_its_rows_and_shifts_none) {
  auto candles = random_walk(2, 300);
  const auto missing = candles[150];
  candles.erase(candles.begin() + 150);
  const auto s = make_samples(candles, 24);
  BOOST_REQUIRE_EQUAL(s.rows(), 300 - 72 - 24 - 2); // its own row, and the row it labels
  for (std::size_t i = 0; i < s.opens.size(); ++i) {
    const auto now = std::find_if(candles.begin(), candles.end(), [&](const Candle& c) { return c.opens == s.opens[i]; });
    const auto then = std::find_if(candles.begin(), candles.end(),
                                   [&](const Candle& c) { return c.opens.value == s.opens[i].value + 24 * ms_per_hour; });
    BOOST_REQUIRE((then != candles.end()));
    BOOST_TEST(s.labels[static_cast<Eigen::Index>(i)] == std::log(then->close) - std::log(now->close));
    BOOST_TEST((s.opens[i].value + 24 * ms_per_hour != missing.opens.value));
  }
}

BOOST_AUTO_TEST_CASE(too_few_candles_are_no_rows) {
  BOOST_TEST(make_samples(random_walk(3, 96), 24).rows() == 0);
  BOOST_TEST(make_samples({}, 24).rows() == 0);
}

BOOST_AUTO_TEST_CASE(overlapping_rows_are_worth_one_a_horizon) {
  BOOST_TEST(make_samples(real_candles().candles, 168).independent(9'144) == 9'144 / 168.0);
}
