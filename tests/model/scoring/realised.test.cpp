#define BOOST_TEST_MODULE realised
#include "model/scoring/realised.hpp"
#include "model/training/samples.hpp"
#include "model/training/volatility_walk.hpp"
#include "tests/model/series.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

constexpr Interval minute{60'000};

/// What realised() says for every sample row equals the row's label.
void equals_labels(std::span<const Candle> candles, const Samples& samples, RealisedTarget target) {
  BOOST_REQUIRE(samples.rows() > 100);
  for (Eigen::Index i = 0; i < samples.rows(); i += 7) {
    const auto candle = samples.opens[static_cast<std::size_t>(i)];
    const auto span = realised_span(target, candle);
    std::vector<Candle> some;
    double close = 0;
    for (const auto& c : candles) {
      if (c.opens >= span.since && c.opens < span.until) some.push_back(c);
      if (c.opens == candle) close = c.close;
    }
    const auto value = realised(target, candle, close, some);
    BOOST_REQUIRE(std::holds_alternative<double>(value));
    BOOST_TEST(std::get<double>(value) == samples.labels[i], boost::test_tools::tolerance(1e-7));
  }
}

std::vector<Candle> part(const std::string& file, Interval interval, std::size_t n) {
  auto candles = read_candles(INFERD_SOURCE_DIR "/etc/data/" + file, interval).candles;
  candles.resize(n);
  return candles;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_truth_is_the_label_of_training) {
  const auto minutes = part("btcusd-1m.csv", minute, 4'000);
  for (const auto estimator :
       {VolatilityEstimator::sample_deviation, VolatilityEstimator::garman_klass, VolatilityEstimator::squared_returns})
    equals_labels(minutes, volatility_samples(minutes, *rules_for(minute), estimator, 60),
                  {ModelOutput::volatility, estimator, minute, 60 * minute.ms});
  const auto hours = part("btcusd-1h.csv", one_hour, 1'500);
  equals_labels(hours, make_samples(hours, 4, one_hour), {ModelOutput::log_return, {}, one_hour, 4 * one_hour.ms});
}

BOOST_AUTO_TEST_CASE(the_past_of_a_volatility_is_the_persistence_of_training) {
  const auto minutes = part("btcusd-1m.csv", minute, 4'000);
  for (const auto estimator :
       {VolatilityEstimator::sample_deviation, VolatilityEstimator::garman_klass, VolatilityEstimator::squared_returns}) {
    const auto samples = volatility_samples(minutes, *rules_for(minute), estimator, 60);
    const RealisedTarget target{ModelOutput::volatility, estimator, minute, 60 * minute.ms};
    for (Eigen::Index i = 0; i < samples.rows(); i += 7) {
      const auto candle = samples.opens[static_cast<std::size_t>(i)];
      const auto since = past_since(target, candle);
      BOOST_TEST(since.value == candle.value - 60 * minute.ms);
      std::vector<Candle> some;
      for (const auto& c : minutes)
        if (c.opens >= since && c.opens <= candle) some.push_back(c);
      const auto past = realised_past(target, candle, some);
      BOOST_REQUIRE(past.has_value());
      BOOST_TEST(*past == samples.features.rightCols(1)(i, 0), boost::test_tools::tolerance(1e-7));
      some.erase(some.begin() + 9);
      BOOST_TEST(!realised_past(target, candle, some).has_value());
    }
  }
  const RealisedTarget price{ModelOutput::price, {}, minute, 60 * minute.ms};
  const auto candle = minutes[100].opens;
  BOOST_TEST(!realised_past(price, candle, minutes).has_value());
  BOOST_TEST((past_since(price, candle) == realised_span(price, candle).since));
  const RealisedTarget day{ModelOutput::volatility, VolatilityEstimator::sample_deviation, minute, 1'440 * minute.ms};
  BOOST_TEST((past_since(day, candle) == candle)); // two days of minutes are more than are kept
}

BOOST_AUTO_TEST_CASE(a_price_is_the_close_one_horizon_later) {
  const auto candles = test::candles_of({100, 101, 102, 103});
  const RealisedTarget target{ModelOutput::price, {}, one_hour, 2 * one_hour.ms};
  BOOST_TEST(std::get<double>(realised(target, candles[1].opens, 101, candles)) == 103);
  const auto span = realised_span(target, candles[1].opens);
  BOOST_TEST(span.since.value == candles[3].opens.value); // one candle is enough
  BOOST_TEST(span.until.value == candles[3].opens.value + one_hour.ms);
}

BOOST_AUTO_TEST_CASE(a_missing_candle_is_named) {
  auto candles = test::candles_of({100, 101, 102, 103});
  const RealisedTarget returns{ModelOutput::log_return, {}, one_hour, 2 * one_hour.ms};
  const auto sentence = [&](const RealisedTarget& t, Instant candle) {
    return std::get<std::string>(realised(t, candle, 101, candles));
  };
  candles.pop_back();
  BOOST_TEST(sentence(returns, candles[1].opens) == "there is no candle of 2024-01-01T03:00:00Z");
  const RealisedTarget volatility{ModelOutput::volatility, VolatilityEstimator::sample_deviation, one_hour, one_hour.ms};
  BOOST_TEST(sentence(volatility, candles[1].opens) == "a standard deviation needs two candles");
  const auto first = candles.front().opens;
  candles.erase(candles.begin());
  BOOST_TEST(sentence({ModelOutput::volatility, VolatilityEstimator::garman_klass, one_hour, one_hour.ms}, first) ==
             "there is no candle of 2024-01-01T00:00:00Z");
  BOOST_TEST(sentence({ModelOutput::probability, {}, one_hour, one_hour.ms}, first) == "labels have no truth in the candles");
}

BOOST_AUTO_TEST_CASE(a_hole_in_the_candles_of_a_volatility_is_named) { // the candle behind it counted as the next one
  const auto all = test::candles_of({100, 101, 102, 103, 104, 105});
  for (const auto estimator :
       {VolatilityEstimator::sample_deviation, VolatilityEstimator::garman_klass, VolatilityEstimator::squared_returns}) {
    const RealisedTarget target{ModelOutput::volatility, estimator, one_hour, 4 * one_hour.ms};
    BOOST_TEST(std::holds_alternative<double>(realised(target, all[0].opens, 100, all)));
    for (std::size_t missing = 1; missing < 4; ++missing) {
      auto candles = all;
      candles.erase(candles.begin() + static_cast<std::ptrdiff_t>(missing));
      BOOST_TEST(std::get<std::string>(realised(target, all[0].opens, 100, candles)) ==
                 "there is no candle of 2024-01-01T0" + std::to_string(missing) + ":00:00Z");
    }
  }
  auto candles = all;
  candles.erase(candles.begin() + 1, candles.begin() + 3); // the first of two is named
  const RealisedTarget target{ModelOutput::volatility, VolatilityEstimator::sample_deviation, one_hour, 4 * one_hour.ms};
  BOOST_TEST(std::get<std::string>(realised(target, all[0].opens, 100, candles)) ==
             "there is no candle of 2024-01-01T01:00:00Z");
}
