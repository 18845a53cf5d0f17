#define BOOST_TEST_MODULE online_guard
#include "model/inputs/feature_set.hpp"
#include "model/online_guard.hpp"
#include "tests/model/series.hpp"

#include <array>
#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

/// The candles' returns and ranges with random signs: their volatility stays, what predicts them is gone.
std::vector<Candle> sign_flipped(const std::vector<Candle>& real, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  auto out = real;
  double log = std::log(real.front().close);
  for (std::size_t i = 1; i < real.size(); ++i) {
    const double base = std::log(real[i - 1].close);
    const bool flip = random() & 1;
    const auto at = [&](double price) { return std::exp(log + (flip ? -1 : 1) * (std::log(price) - base)); };
    out[i].open = at(real[i].open);
    out[i].high = at(flip ? real[i].low : real[i].high);
    out[i].low = at(flip ? real[i].high : real[i].low);
    out[i].close = at(real[i].close);
    log = std::log(out[i].close);
  }
  return out;
}

struct Rows {
  std::vector<std::array<double, 5>> forecasts;
  std::vector<double> sigmas, logs;
};

/// A tenth of each of RIDGE5's inputs as experts, from the 720th row on: forecasts of the size of a correlation of 0.1.
Rows rows_of(const std::vector<Candle>& candles) {
  FeatureSet set({"z_return_1_72", "z_return_4_72", "z_return_24_72", "z_return_168_72", "z_clv_72", "vol_gk_72"},
                 {one_hour, 1});
  Rows rows;
  for (const auto& c : candles) {
    set.push(c);
    if (set.rows() <= 720) continue;
    const auto v = set.values();
    rows.forecasts.push_back({v[0] / 10, v[1] / 10, v[2] / 10, v[3] / 10, v[4] / 10});
    rows.sigmas.push_back(v[5]);
    rows.logs.push_back(std::log(c.close));
  }
  return rows;
}

const ModelId id{"guard", "aaaaaaaaaaaa"};
constexpr std::int64_t hour = 3'600'000;

/// One window an hour, whose truths become known in their order.
struct Hourly {
  Hourly(std::size_t experts, std::size_t horizon) : guard(state, id, experts, static_cast<std::int64_t>(horizon) * hour) {}
  template <class Forecasts> double predict(const Forecasts& f) {
    ++made;
    return guard.predict({Height{made}, "csv", Instant{made * hour}, 1, 1, {f.begin(), f.end()}, {}});
  }
  void learn(std::optional<double> truth) { BOOST_REQUIRE(guard.learn("csv", Instant{++learnt * hour}, truth)); }

  GuardState state;
  OnlineGuard guard;
  std::int64_t made = 0, learnt = 0;
};

/// 1 - RMSE of the guard's forecasts / RMSE of zero.
double gain(const Rows& rows, std::size_t horizon) {
  Hourly guard(5, horizon);
  double errors = 0, zeros = 0;
  const double root = std::sqrt(static_cast<double>(horizon));
  for (std::size_t i = 0; i + horizon < rows.logs.size(); ++i) {
    if (i >= horizon) guard.learn((rows.logs[i] - rows.logs[i - horizon]) / (rows.sigmas[i - horizon] * root));
    const double y = rows.logs[i + horizon] - rows.logs[i], p = guard.predict(rows.forecasts[i]) * rows.sigmas[i] * root;
    errors += (y - p) * (y - p);
    zeros += y * y;
  }
  return 1 - std::sqrt(errors / zeros);
}

} // namespace

BOOST_AUTO_TEST_CASE(two_hundred_sign_flips_are_never_a_tenth_of_a_percent_worse_than_zero) {
  const auto real = real_candles().candles;
  double worst = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    const auto rows = rows_of(sign_flipped(real, seed));
    for (const std::size_t horizon : {1, 8, 24}) worst = std::min(worst, gain(rows, horizon));
  }
  BOOST_TEST_MESSAGE("worst " << 100 * worst << " %");
  BOOST_TEST(worst >= -0.001);
}

BOOST_AUTO_TEST_CASE(most_of_a_planted_correlation_of_a_tenth_is_kept) {
  double sum = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Normal normal(seed);
    Hourly guard(1, 1);
    double errors = 0, zeros = 0;
    for (int i = 0; i < 8'830; ++i) {
      const double f = 0.1 * normal(), z = f + std::sqrt(0.99) * normal(), p = guard.predict(std::array{f});
      errors += (z - p) * (z - p);
      zeros += z * z;
      guard.learn(z);
    }
    sum += 1 - std::sqrt(errors / zeros);
  }
  BOOST_TEST_MESSAGE("kept " << 100 * sum / 20 << " % of 0.5 %");
  BOOST_TEST(sum / 20 > 0.0038);
}

BOOST_AUTO_TEST_CASE(a_guard_restored_from_its_state_predicts_the_same) {
  Normal normal(1);
  Hourly a(2, 3), b(2, 3);
  const auto step = [&](Hourly& guard, const std::array<double, 2>& f, double z) {
    if (guard.state.rows.size() == 3) guard.learn(z);
    return guard.predict(f);
  };
  for (int i = 0; i < 50; ++i) {
    const std::array f{normal(), normal()};
    const double z = f[0] + normal();
    const double p = step(a, f, z);
    if (i < 20) continue;
    if (i > 20) BOOST_TEST(step(b, f, z) == p);
    else b.state = a.state, b.made = a.made, b.learnt = a.learnt;
  }
  BOOST_TEST((a.state == b.state));
}

BOOST_AUTO_TEST_CASE(without_a_known_truth_it_says_zero) {
  Hourly guard(1, 4);
  for (int i = 0; i < 4; ++i) BOOST_TEST(guard.predict(std::array{2.0}) == 0);
}

BOOST_AUTO_TEST_CASE(a_truth_that_never_comes_teaches_nothing_and_is_not_waited_for) {
  Hourly guard(1, 2);
  guard.predict(std::array{1.0});
  const auto before = guard.state.sums.experts;
  guard.learn(std::nullopt);
  BOOST_TEST((guard.state.sums.experts == before));
  BOOST_TEST(guard.state.rows.empty());
  BOOST_TEST(!guard.guard.learn("csv", Instant{hour}, 1.0)); // once only
}

BOOST_AUTO_TEST_CASE(a_window_that_is_predicted_again_waits_once) {
  Hourly guard(1, 2);
  const GuardRow row{Height{5}, "csv", Instant{hour}, 1, 1, {1.0}, {}};
  guard.guard.predict(row);
  guard.guard.predict(row);
  BOOST_TEST(guard.state.rows.size() == 1u);
  BOOST_TEST(!guard.guard.learn("another source", Instant{hour}, 1.0));
}

BOOST_AUTO_TEST_CASE(another_guard_begins_anew) {
  Hourly guard(1, 1);
  guard.predict(std::array{1.0});
  guard.learn(1.0);
  OnlineGuard same(guard.state, id, 1, hour);
  BOOST_TEST(guard.state.sums.zero_loss == 1);
  OnlineGuard other(guard.state, {"guard", "bbbbbbbbbbbb"}, 1, hour);
  BOOST_TEST(guard.state.sums.zero_loss == 0);
}

// The formulas of the header by hand: two windows a horizon, expert and truth 3 in the first, 1 in the second.
BOOST_AUTO_TEST_CASE(the_shrinkage_and_the_weights_are_those_of_the_formulas) {
  Hourly guard(1, 2);
  for (int i = 0; i < 3; ++i) guard.predict(std::array{3.0});
  guard.learn(3.0);
  const double beta = (9.0 / 2) / (9.0 / 2 + 5), expert = std::exp(-0.5 * 9 / 2), zero = std::exp(-0.5 * 9 / 2);
  BOOST_TEST(guard.predict(std::array{1.0}) == beta * 0.5 * expert / (0.5 * expert + 0.5 * zero),
             boost::test_tools::tolerance(1e-12));
  guard.learn(1.0); // its forecast was shrunk to nothing: both lost 1
  guard.learn(1.0);
  const double later = (15.0 / 2) / (27.0 / 2 + 5);
  BOOST_TEST(guard.predict(std::array{1.0}) == later / 2, boost::test_tools::tolerance(1e-12));
}
