#define BOOST_TEST_MODULE prediction_rows
#include "model/scoring/claims.hpp"
#include "model/model.hpp"
#include "model/training/prediction_rows.hpp"
#include "model/ridge5.hpp"
#include "tests/model/score_row.hpp"
#include "tests/model/series.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

/// Predictions whose errors are independent and normal; of ratios, the logarithm's.
PredictionRows rows_of(std::uint64_t seed, Eigen::Index n, std::int64_t horizon, bool ratios) {
  Normal normal(seed);
  PredictionRows rows{.opens = std::vector<Instant>(static_cast<std::size_t>(n)),
                      .truth = Eigen::VectorXd(n),
                      .prediction = Eigen::VectorXd(n),
                      .horizon = horizon};
  for (Eigen::Index i = 0; i < n; ++i) {
    rows.prediction[i] = ratios ? 0.01 * std::exp(0.5 * normal()) : normal();
    rows.truth[i] = ratios ? rows.prediction[i] * std::exp(0.3 * normal()) : rows.prediction[i] + normal();
  }
  return rows;
}

double rmse(const PredictionRows& rows) { return std::sqrt((rows.truth - rows.prediction).array().square().mean()); }

} // namespace

BOOST_AUTO_TEST_CASE(ranges_hold_the_truth_as_often_as_they_say) {
  for (const bool ratios : {false, true})
    for (const double level : {0.5, 0.8, 0.95}) {
      const auto c = coverage_of(rows_of(1, 6'000, 1, ratios), level, ratios);
      BOOST_TEST_CONTEXT(level << ' ' << ratios) {
        BOOST_TEST(c.n == 6'000 - 100);
        BOOST_TEST(std::abs(c.share - level) < 0.015);
        BOOST_TEST(c.range.low < level);
        BOOST_TEST(c.range.high > level);
      }
    }
  const auto c = coverage_of(rows_of(1, 6'000, 1, false), 0.8, false);
  BOOST_TEST(c.width == 2 * 1.2816, boost::test_tools::tolerance(0.03));
  BOOST_TEST(claims({c}, "X").front().ends_with(": as they say"));
}

BOOST_AUTO_TEST_CASE(a_range_depends_on_nothing_that_was_not_known) {
  const auto rows = rows_of(2, 400, 24, false);
  auto other = rows;
  other.truth.tail(200).array() += 5;
  const auto a = coverage_of(rows, 0.8, false), b = coverage_of(other, 0.8, false);
  for (Eigen::Index i = 124; i < 200 + 24; ++i) BOOST_TEST(a.high[i] == b.high[i]); // the truth of row 200 is known at row 224
  BOOST_TEST(std::isnan(a.high[122]));                                              // 99 errors are known
  BOOST_TEST(b.high[399] > a.high[399]);
}

BOOST_AUTO_TEST_CASE(ranges_that_promise_too_much_are_called_too_narrow) {
  auto rows = rows_of(3, 4'000, 1, false);
  for (Eigen::Index i = 0; i < rows.truth.size(); ++i) // errors that grow without end
    rows.truth[i] = rows.prediction[i] + (rows.truth[i] - rows.prediction[i]) * std::exp(static_cast<double>(i) / 1'000);
  const auto c = coverage_of(rows, 0.8, false);
  BOOST_TEST(c.range.high < 0.8);
  BOOST_TEST(claims({c}, "X").front().ends_with("they are too narrow"));
}

BOOST_AUTO_TEST_CASE(too_few_rows_have_no_range_and_allow_no_claim) {
  const auto c = coverage_of(rows_of(4, 100, 1, false), 0.8, false);
  BOOST_TEST(c.n == 0);
  BOOST_TEST(std::isnan(c.share));
  BOOST_TEST(claims({c}, "X").empty());
  BOOST_TEST(coverage_of(rows_of(4, 110, 1, false), 0.999, false).n == 0); // 999 errors would be needed
  auto zeros = rows_of(4, 500, 1, true);
  zeros.prediction.setZero();
  BOOST_TEST(coverage_of(zeros, 0.8, true).n == 0);
}

BOOST_AUTO_TEST_CASE(the_rows_are_those_of_the_score_table) {
  const auto near = boost::test_tools::tolerance(1e-12);
  const auto file = real_candles();
  const auto& rules = *rules_for(one_hour);
  const auto hour = make_samples(file.candles, 1);
  const auto table = compare(hour, {});
  for (const std::string name : {"zero", "ridge without levels, tuned", ridge5_name}) {
    const auto rows = rows_of_candidate(hour, rules, {}, ModelOutput::log_return, name);
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(rmse(rows) == row(table, name).loss, near);
      BOOST_TEST(rows.truth.size() == row(table, name).n);
      BOOST_TEST(rows.opens.size() == static_cast<std::size_t>(rows.truth.size()));
    }
  }
  const auto samples = volatility_samples(file.candles, rules, VolatilityEstimator::garman_klass, 4);
  const auto from = file.candles[10'000].opens;
  const auto volatility = compare_volatility(samples, rules, rules.plan, {}, nullptr, from);
  const auto rows = rows_of_candidate(samples, rules, rules.plan, ModelOutput::volatility, "HAR7S", from);
  BOOST_TEST(rmse(rows) == row(volatility, "HAR7S").loss, near);
  BOOST_TEST((rows.opens.front() == from));
}

BOOST_AUTO_TEST_CASE(the_rows_of_a_model_are_those_that_it_is_scored_on) {
  const auto all = real_candles();
  const auto model = frozen_volatility_model();
  const auto samples = volatility_samples(all.candles, *rules_for(one_hour), VolatilityEstimator::garman_klass, 4);
  const auto score = score_model(model, all.candles, samples, {});
  const auto rows = rows_of_model(model, all.candles, {}, samples, *parse_utc(score.first));
  BOOST_TEST(rows.truth.size() == score.rows);
  BOOST_TEST(rmse(rows) == score.row.loss, boost::test_tools::tolerance(1e-12));
}
