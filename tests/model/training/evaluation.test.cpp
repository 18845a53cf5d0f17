#define BOOST_TEST_MODULE evaluation
#include "model/training/evaluation.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace inferd;

namespace {

const auto closely = boost::test_tools::tolerance(1e-6);

Eigen::VectorXd vector(std::initializer_list<double> values) {
  Eigen::VectorXd v(static_cast<Eigen::Index>(values.size()));
  std::copy(values.begin(), values.end(), v.data());
  return v;
}

} // namespace

BOOST_AUTO_TEST_CASE(errors_are_root_mean_squares_and_large_moves_weigh_more) {
  const auto y = vector({1, -3}), f = vector({0, -3});
  const auto s = evaluate(y, f, 2);
  BOOST_TEST(s.rmse == std::sqrt(0.5), closely);
  BOOST_TEST(s.weighted_rmse == 0.5, closely); // sqrt(1 * 1 / (1 + 3))
}

BOOST_AUTO_TEST_CASE(direction_counts_rows_where_both_have_one) {
  const auto s = evaluate(vector({1, -1, 2, 0}), vector({0.1, 0.1, 0, 1}), 4);
  BOOST_TEST(s.directional == 0.5, closely);
}

BOOST_AUTO_TEST_CASE(always_zero_has_no_direction_and_no_correlation) {
  const auto s = evaluate(vector({1, -1, 2}), vector({0, 0, 0}), 3);
  BOOST_TEST(std::isnan(s.directional));
  BOOST_TEST(std::isnan(s.directional_range.low));
  BOOST_TEST(std::isnan(s.pearson));
}

BOOST_AUTO_TEST_CASE(a_constant_has_a_direction_but_no_correlation_whatever_rounding_says) {
  const Eigen::VectorXd f = Eigen::VectorXd::Constant(1'000, 0.1);
  const auto s = evaluate(Eigen::VectorXd::LinSpaced(1'000, -1, 1), f, 1'000);
  BOOST_TEST(s.directional == 0.5, closely);
  BOOST_TEST(std::isnan(s.pearson));
}

BOOST_AUTO_TEST_CASE(correlation_is_pearsons) {
  BOOST_TEST(evaluate(vector({1, 2, 3}), vector({5, 7, 9}), 3).pearson == 1, closely);
  BOOST_TEST(evaluate(vector({1, 2, 3, 4}), vector({1, 3, 2, 4}), 4).pearson == 0.8, closely);
}

BOOST_AUTO_TEST_CASE(ranges_are_the_published_ones) {
  // The Wilson bounds solve |0.6 - q| = z sqrt(q (1 - q) / 54).
  const auto share = wilson(0.6, 54);
  for (const double q : {share.low, share.high})
    BOOST_TEST(std::abs(0.6 - q) == 1.959963984540054 * std::sqrt(q * (1 - q) / 54), closely);
  const auto r = fisher(0.5, 28); // tanh(0.549306 -+ 1.959964 / 5)
  BOOST_TEST(r.low == 0.15602836, closely);
  BOOST_TEST(r.high == 0.73581848, closely);
}

BOOST_AUTO_TEST_CASE(few_independent_rows_make_wide_ranges_however_many_overlap) {
  Eigen::VectorXd y = Eigen::VectorXd::LinSpaced(10'000, -1, 1), f = y.array().square() + 0.5 * y.array();
  const auto many = evaluate(y, f, 10'000), few = evaluate(y, f, 54);
  BOOST_TEST(few.pearson == many.pearson);
  BOOST_TEST(few.pearson_range.high - few.pearson_range.low > 10 * (many.pearson_range.high - many.pearson_range.low));
  BOOST_TEST(few.directional_range.high - few.directional_range.low >
             10 * (many.directional_range.high - many.directional_range.low));
}

BOOST_AUTO_TEST_CASE(with_three_independent_rows_nothing_is_known) {
  BOOST_TEST(fisher(0.9, 3).low == -1);
  BOOST_TEST(fisher(0.9, 3).high == 1);
  BOOST_TEST(wilson(0.9, 0).low == 0);
}
