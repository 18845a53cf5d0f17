#define BOOST_TEST_MODULE features
#include "model/inputs/features.hpp"
#include "tests/model/series.hpp"

#include <boost/test/unit_test.hpp>
#include <charconv>
#include <fstream>
#include <map>
#include <numeric>
#include <sstream>

using namespace inferd;
using namespace inferd::test;

namespace {

using Values = std::array<double, feature_count>;

/// Reference implementation: the formulas of features.hpp over all candles.
Values direct(const std::vector<double>& p, std::size_t t) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto log = [&](std::size_t i) { return std::log(p[i]); };
  const auto ret = [&](std::size_t i) { return log(i) - log(i - 1); };
  const auto mean = [&](std::size_t w) {
    return t + 1 < w ? nan
                     : std::accumulate(p.begin() + static_cast<std::ptrdiff_t>(t + 1 - w),
                                       p.begin() + static_cast<std::ptrdiff_t>(t + 1), 0.0) /
                         static_cast<double>(w);
  };
  const auto position = [&](std::size_t w) {
    if (t + 1 < w) return nan;
    double min = p[t], max = p[t];
    for (std::size_t i = t + 1 - w; i <= t; ++i) min = std::min(min, p[i]), max = std::max(max, p[i]);
    return max == min ? 0.5 : (p[t] - min) / (max - min);
  };
  const auto volatility = [&] {
    if (t < 24) return nan;
    double sum = 0, squares = 0;
    for (std::size_t i = t - 23; i <= t; ++i) sum += ret(i);
    for (std::size_t i = t - 23; i <= t; ++i) squares += (ret(i) - sum / 24) * (ret(i) - sum / 24);
    return std::sqrt(squares / 23);
  };
  return {log(t),
          t < 1 ? nan : ret(t),
          t < 24 ? nan : log(t) - log(t - 24),
          mean(24),
          mean(72),
          volatility(),
          position(24),
          position(72),
          mean(72) / mean(24),
          nan};
}

/// exp_vol_ratio for every row; recursive, so computed for all rows at once.
std::vector<double> direct_vol_ratio(const std::vector<double>& p) {
  std::vector<double> out(p.size(), std::numeric_limits<double>::quiet_NaN());
  double fast = 0, slow = 0;
  for (std::size_t t = 1; t < p.size(); ++t) {
    const double r = std::log(p[t]) - std::log(p[t - 1]);
    fast = t == 1 ? r * r : (1 - 2.0 / 25) * fast + 2.0 / 25 * r * r;
    slow = t == 1 ? r * r : (1 - 2.0 / 73) * slow + 2.0 / 73 * r * r;
    if (t >= 72) out[t] = std::sqrt(fast) / std::sqrt(slow);
  }
  return out;
}

/// Both NaN, or equal within a relative error of 1e-9 plus 1e-14.
bool close(double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::isnan(a) && std::isnan(b);
  return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)) + 1e-14;
}

void check_against_formulas(const std::vector<Candle>& candles, std::size_t every) {
  std::vector<double> p;
  for (const auto& c : candles) p.push_back(c.close);
  const auto ratio = direct_vol_ratio(p);
  FeatureState state;
  std::size_t wrong = 0;
  for (std::size_t t = 0; t < p.size(); ++t) {
    state.push(candles[t]);
    if (t > 400 && t % every != 0) continue;
    auto expected = direct(p, t);
    expected[9] = ratio[t];
    for (std::size_t i = 0; i < feature_count; ++i)
      if (!close(state.values()[i], expected[i]) && ++wrong < 5)
        BOOST_ERROR(feature_names()[i] << " of row " << t << ": " << state.values()[i] << ", " << expected[i] << " expected");
  }
  BOOST_TEST(wrong == 0u);
}

} // namespace

BOOST_AUTO_TEST_CASE(every_golden_row_is_reproduced_to_1e_9) {
  const auto candles = real_candles().candles;
  std::map<std::string, Values> computed;
  FeatureState state;
  for (const auto& c : candles) {
    state.push(c);
    std::copy(state.values().begin(), state.values().end(), computed[utc_text(c.opens)].begin());
  }
  std::ifstream golden(INFERD_SOURCE_DIR "/tests/golden/features.csv");
  std::string line;
  const auto next = [&] {
    if (!std::getline(golden, line)) return false;
    if (line.ends_with('\r')) line.pop_back();
    return true;
  };
  BOOST_REQUIRE(next());
  std::vector<std::size_t> columns; // positions in feature_names()
  std::istringstream header(line.substr(line.find(',') + 1));
  for (std::string name; std::getline(header, name, ',');) {
    const auto at = std::find(feature_names().begin(), feature_names().end(), name) - feature_names().begin();
    BOOST_REQUIRE(static_cast<std::size_t>(at) < feature_count);
    columns.push_back(static_cast<std::size_t>(at));
  }
  BOOST_TEST(columns.size() == 10u);
  int rows = 0;
  for (; next(); ++rows) {
    const auto& values = computed.at(line.substr(0, 20));
    std::size_t at = 20;
    for (const auto i : columns) {
      BOOST_REQUIRE(line[at] == ',');
      const auto end = std::min(line.find(',', at + 1), line.size());
      double expected = std::numeric_limits<double>::quiet_NaN();
      if (end > at + 1) std::from_chars(line.data() + at + 1, line.data() + end, expected);
      if (!close(values[i], expected)) BOOST_ERROR(line.substr(0, 20) << " " << feature_names()[i] << ": " << values[i]);
      at = end;
    }
  }
  BOOST_TEST(rows == 764);
}

BOOST_AUTO_TEST_CASE(features_equal_their_formulas_on_the_real_candles) { check_against_formulas(real_candles().candles, 1); }

BOOST_AUTO_TEST_CASE(nothing_drifts_over_100000_candles_of_wild_prices) {
  check_against_formulas(random_walk(3, 100'000, 0.05), 97);
}

BOOST_AUTO_TEST_CASE(a_price_that_crashes_by_ten_orders_of_magnitude_leaves_no_rounding_behind) {
  auto candles = random_walk(4, 1'000);
  for (std::size_t i = 500; i < candles.size(); ++i) candles[i].close *= 1e-10;
  check_against_formulas(candles, 1);
}

BOOST_AUTO_TEST_CASE(all_features_are_defined_from_the_73rd_row_on_and_not_before) {
  FeatureState state;
  for (const auto& c : random_walk(5, 73)) {
    BOOST_TEST(!state.ready());
    state.push(c);
    const auto& v = state.values();
    BOOST_TEST(std::none_of(v.begin(), v.end(), [](double x) { return std::isnan(x); }) == state.ready());
  }
  BOOST_TEST(state.ready());
  BOOST_TEST(state.rows() == 73u);
}

BOOST_AUTO_TEST_CASE(a_price_that_does_not_move_has_defined_features) {
  FeatureState state;
  for (const auto& c : candles_of(std::vector<double>(200, 42.5))) state.push(c);
  const Values expected{std::log(42.5), 0, 0, 42.5, 42.5, 0, 0.5, 0.5, 1, 1};
  const auto values = state.values();
  BOOST_TEST(values == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_missing_hour_is_not_a_row_windows_are_over_rows) {
  auto candles = random_walk(6, 300);
  auto shifted = candles;
  for (std::size_t i = 150; i < shifted.size(); ++i) shifted[i].opens.value += 5 * ms_per_hour;
  FeatureState whole, gap;
  for (std::size_t i = 0; i < candles.size(); ++i) {
    whole.push(candles[i]);
    gap.push(shifted[i]);
  }
  BOOST_TEST(std::equal(whole.values().begin(), whole.values().end(), gap.values().begin()));
}

BOOST_AUTO_TEST_CASE(after_settled_rows_a_short_history_gives_the_features_of_a_long_one) {
  const auto candles = random_walk(7, 5'000);
  FeatureState all, recent;
  for (const auto& c : candles) all.push(c);
  for (auto it = candles.end() - settled_rows; it != candles.end(); ++it) recent.push(*it);
  for (std::size_t i = 0; i < feature_count; ++i)
    BOOST_TEST(std::abs(all.values()[i] - recent.values()[i]) <= 2e-9 * std::abs(all.values()[i]));
}

BOOST_AUTO_TEST_CASE(a_copy_looks_ahead_without_moving_the_original) {
  FeatureState state;
  for (const auto& c : random_walk(8, 100)) state.push(c);
  const Values before = [&] {
    Values v;
    std::copy(state.values().begin(), state.values().end(), v.begin());
    return v;
  }();
  auto ahead = state;
  ahead.push({Instant{}, 1, 1, 1, 1, 1});
  BOOST_TEST(std::equal(before.begin(), before.end(), state.values().begin()));
  BOOST_TEST(ahead.values()[0] == 0);
}
