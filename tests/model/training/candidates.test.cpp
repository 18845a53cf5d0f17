#define BOOST_TEST_MODULE candidates
#include "model/training/candidates.hpp"
#include "tests/model/series.hpp"

#include <boost/test/unit_test.hpp>
#include <set>

using namespace inferd;
using namespace inferd::test;

namespace {

/// Moments of labels with this mean and a population standard deviation of 1, and noise features.
Moments moments_of(double mean) {
  Normal normal(1);
  FeatureRows x(1'000, static_cast<Eigen::Index>(feature_count));
  Eigen::VectorXd y(1'000);
  for (Eigen::Index i = 0; i < 1'000; ++i) {
    for (Eigen::Index j = 0; j < 10; ++j) x(i, j) = normal();
    y[i] = mean + (i % 2 ? 1 : -1);
  }
  Moments m(x);
  m.add(x, y);
  return m;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_simplest_candidate_is_zero_and_names_are_unique) {
  BOOST_TEST(candidates().front().name == "zero");
  BOOST_TEST((candidates().front().specs.front().estimator == Estimator::zero));
  std::set<std::string> names;
  for (const auto& c : candidates()) BOOST_TEST(names.insert(c.name).second, c.name);
}

BOOST_AUTO_TEST_CASE(the_first_of_several_recipes_is_the_most_cautious) {
  for (const auto& c : candidates())
    for (const auto& r : c.specs) {
      BOOST_TEST(r.share >= c.specs.front().share);
      BOOST_TEST(r.penalty <= c.specs.front().penalty);
    }
}

BOOST_AUTO_TEST_CASE(a_mean_within_its_standard_error_shrinks_to_zero) {
  // 100 independent rows: the standard error is 0.1.
  BOOST_TEST(fit({Estimator::shrunken_mean}, moments_of(0.09), 100).intercept == 0);
  BOOST_TEST(fit({Estimator::mean}, moments_of(0.09), 100).intercept == 0.09, boost::test_tools::tolerance(1e-12));
}

BOOST_AUTO_TEST_CASE(a_mean_of_two_standard_errors_keeps_three_quarters) {
  BOOST_TEST(fit({Estimator::shrunken_mean}, moments_of(-0.2), 100).intercept == -0.15, boost::test_tools::tolerance(2e-3));
}

BOOST_AUTO_TEST_CASE(the_same_mean_counts_for_less_when_labels_overlap) {
  BOOST_TEST(fit({Estimator::shrunken_mean}, moments_of(0.2), 1'000).intercept >
             fit({Estimator::shrunken_mean}, moments_of(0.2), 50).intercept);
}

BOOST_AUTO_TEST_CASE(ridge_without_levels_gives_them_no_weight) {
  const auto f = fit({Estimator::ridge, false, 1}, moments_of(0), 100);
  for (std::size_t i = 0; i < feature_count; ++i)
    BOOST_TEST((f.weight[static_cast<Eigen::Index>(i)] == 0) == is_level(feature_names()[i]));
}

BOOST_AUTO_TEST_CASE(a_share_is_of_the_whole_prediction) {
  const auto m = moments_of(0.3);
  const auto whole = fit({Estimator::ridge, true, 100, 1}, m, 100), quarter = fit({Estimator::ridge, true, 100, 0.25}, m, 100);
  BOOST_TEST((quarter.weight * 4 - whole.weight).cwiseAbs().maxCoeff() < 1e-15);
  BOOST_TEST(quarter.intercept * 4 == whole.intercept);
}
