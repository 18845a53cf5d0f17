#define BOOST_TEST_MODULE skill
// The figures that an independent implementation (Python, NumPy) has for the same candles and protocol: n exact, RMSE within
// 0.5 %.
#include "model/model.hpp"
#include "model/ridge5.hpp"
#include "tests/model/score_row.hpp"
#include "tests/model/series.hpp"

#include <boost/test/unit_test.hpp>
#include <chrono>

using namespace inferd;
using namespace inferd::test;

namespace {

using E = VolatilityEstimator;

const Promotion& grade_of(const Comparison& table, const std::string& name) {
  return table.grades[static_cast<std::size_t>(&row(table, name) - table.rows.data())];
}

CandleFile minutes() { return read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1m.csv", Interval{60'000}); }

struct Published {
  std::int64_t horizon;
  E estimator;
  std::int64_t n;
  double mean, reversion, har, r2, low, high;
};

void reproduces(const CandleFile& file, const Published& p) {
  BOOST_TEST_CONTEXT("horizon " << p.horizon) {
    const auto& rules = *rules_for(file.interval);
    const auto table = compare_volatility(volatility_samples(file.candles, rules, p.estimator, p.horizon), rules, rules.plan);
    const auto near = boost::test_tools::tolerance(0.005);
    BOOST_TEST(table.span.predictions == p.n);
    if (p.mean > 0) BOOST_TEST(row(table, "mean").loss == p.mean, near);
    BOOST_TEST(row(table, "MR").loss == p.reversion, near);
    BOOST_TEST(row(table, rules.har).loss == p.har, near);
    BOOST_TEST(std::abs(row(table, rules.har).r2 - p.r2) < 0.005);
    if (p.low > 0) {
      BOOST_TEST(std::abs(row(table, rules.har).r2_low - p.low) < 0.015);
      BOOST_TEST(std::abs(row(table, rules.har).r2_high - p.high) < 0.015);
    }
    BOOST_TEST(table.rows[table.chosen].name == rules.har);
    BOOST_TEST(grade_of(table, rules.har).passes());
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(har7s_on_hourly_candles) {
  const auto file = real_candles();
  for (const auto& p : {Published{1, E::garman_klass, 8'830, .003339, .002884, .002416, .298, .271, .328},
                        Published{4, E::garman_klass, 8'824, .005970, .004938, .003983, .349, .309, .391},
                        Published{8, E::squared_returns, 8'816, .008540, .007497, .006258, .303, .262, .345},
                        Published{24, E::squared_returns, 8'784, .012458, .010969, .008927, .338, .278, .398}})
    reproduces(file, p);
}

BOOST_AUTO_TEST_CASE(har7s_a_week_ahead) {
  const auto file = real_candles();
  const auto& rules = *rules_for(one_hour);
  const auto table = compare_volatility(volatility_samples(file.candles, rules, E::squared_returns, 168), rules, rules.plan);
  BOOST_TEST(table.span.predictions == 8'496);
  BOOST_TEST(row(table, "mean").loss == .021966, boost::test_tools::tolerance(0.005));
  BOOST_TEST(row(table, "MR").loss == .019597, boost::test_tools::tolerance(0.005));
  BOOST_TEST(row(table, "HAR7S").loss == .018103, boost::test_tools::tolerance(0.005));
}

BOOST_AUTO_TEST_CASE(harm_by_the_minute) {
  const auto file = minutes();
  BOOST_TEST(file.candles.size() == 20'160u);
  for (const auto& p : {Published{15, E::sample_deviation, 8'624, 0, .002401, .001896, .376, 0, 0},
                        Published{60, E::sample_deviation, 8'579, 0, .004395, .003488, .370, 0, 0},
                        Published{240, E::sample_deviation, 8'399, 0, .008224, .007128, .249, 0, 0}})
    reproduces(file, p);
}

BOOST_AUTO_TEST_CASE(the_six_promotion_figures_of_harm) {
  struct Graded {
    std::int64_t horizon;
    double effective, directional, directional_low, pearson, pearson_low, wrmse, wrmse_low, czar, czar_low, aspect;
  };
  const auto file = minutes();
  const auto& rules = *rules_for(file.interval);
  for (const auto& p : {Graded{15, 644, .681, .650, .373, .304, .208, .175, .320, .287, -.37},
                        Graded{60, 142, .633, .579, .293, .135, .165, .135, .250, .203, -.37},
                        Graded{240, 30, .729, .646, .428, .078, .244, .193, .347, .281, -.28}}) {
    const auto table =
      compare_volatility(volatility_samples(file.candles, rules, E::sample_deviation, p.horizon), rules, rules.plan);
    const auto& g = grade_of(table, "HARM");
    BOOST_TEST_CONTEXT("horizon " << p.horizon) {
      BOOST_TEST(std::abs(g.effective - p.effective) < 1);
      const std::pair<double, double> figures[] = {
        {g.directional.value, p.directional}, {g.directional.bound, p.directional_low}, {g.pearson.value, p.pearson},
        {g.weighted_gain.value, p.wrmse},     {g.weighted_gain.bound, p.wrmse_low},     {g.czar_gain.value, p.czar},
        {g.czar_gain.bound, p.czar_low}};
      for (const auto& [mine, published] : figures) BOOST_TEST(std::abs(mine - published) < 0.002);
      BOOST_TEST(std::abs(g.pearson.bound - p.pearson_low) < 0.006);
      BOOST_TEST(std::abs(g.log_aspect - p.aspect) < 0.006);
    }
  }
}

BOOST_AUTO_TEST_CASE(ridge5_knows_the_next_hours_direction_and_nothing_of_its_size) {
  const auto table = compare(make_samples(real_candles().candles, 1), {});
  const auto& r = row(table, ridge5_name);
  BOOST_TEST(r.n == 8'830);
  BOOST_TEST(std::abs(r.directional - .529) < .003);
  BOOST_TEST(std::abs(r.pearson - .040) < .005);
  BOOST_TEST(std::abs(r.gain - .0008) < .0002);
  BOOST_TEST(grade_of(table, ridge5_name).directional.bound > 0.5);
  BOOST_TEST(table.chosen == 0u); // its gain in RMSE is nothing
}

BOOST_AUTO_TEST_CASE(a_model_of_each_kind_says_what_its_fit_says_to_the_last_digit) {
  const auto file = real_candles();
  auto settings = week_ahead();
  settings.horizon_ms = 4 * ms_per_hour;
  settings.output = ModelOutput::volatility;
  const auto& rules = *rules_for(one_hour);
  const auto samples = volatility_samples(file.candles, rules, E::garman_klass, 4);
  VolatilityFit fit;
  compare_volatility(samples, rules, rules.plan, {}, &fit);
  for (const std::string name : {"mean", "persistence", "MR", "HAR7S"}) {
    settings.keep = name;
    const Model model(parse_model(model_text(train(file, settings)), "m.json"), "m.json");
    FeatureSet set(model.features(), model.context());
    for (const auto& c : file.candles) {
      set.push(c);
      if (c.opens == samples.opens.back()) break;
    }
    const Eigen::Index last = samples.rows() - 1, columns = samples.features.cols();
    const double expected = name == "mean"          ? fit.mean
                            : name == "persistence" ? samples.features(last, columns - 1)
                            : name == "MR"
                              ? fit.reversion(samples.features(last, columns - 2))
                              : fit.factor * std::exp(fit.har.predict(samples.features.bottomRows(1).leftCols(columns - 2))[0]);
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(model.value(set.values()) == expected, boost::test_tools::tolerance(1e-11));
      BOOST_TEST(model.implausibility(model.predict(set.values(), 1), 1) == "");
    }
  }
}

BOOST_AUTO_TEST_CASE(a_frozen_model_is_scored_on_later_candles_over_mean_reversion) {
  const auto all = real_candles();
  const auto model = frozen_volatility_model();
  const auto samples = volatility_samples(all.candles, *rules_for(one_hour), E::garman_klass, 4);
  const auto score = score_model(model, all.candles, samples, {});
  BOOST_TEST(!score.in_sample);
  BOOST_TEST(score.rows == 13'872 - 10'000 - 4);
  BOOST_TEST(score.row.r2_low > 0.2);
  const auto late = score_model(model, all.candles, samples, {}, all.candles[12'000].opens);
  BOOST_TEST(late.rows == 13'872 - 12'000 - 4);
}

BOOST_AUTO_TEST_CASE(training_with_the_walk_forward_choice_takes_less_than_a_second) {
  const auto timed = [](const CandleFile& file, std::int64_t horizon, E estimator) {
    auto settings = week_ahead();
    settings.interval = file.interval;
    settings.horizon_ms = horizon * file.interval.ms;
    settings.output = ModelOutput::volatility;
    settings.estimator = estimator;
    settings.plan = rules_for(file.interval)->plan;
    const auto begin = std::chrono::steady_clock::now();
    BOOST_TEST(train(file, settings).chosen == rules_for(file.interval)->har);
    const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    BOOST_TEST_MESSAGE("horizon " << horizon << ": " << seconds << " s");
    BOOST_WARN(seconds < 1);
  };
  timed(real_candles(), 4, E::garman_klass);
  timed(minutes(), 60, E::sample_deviation);
}
