#define BOOST_TEST_MODULE promotion
#include "model/scoring/promotion.hpp"
#include "tests/model/promotion_golden.hpp"
#include "tests/model/series.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

struct Pair {
  Eigen::VectorXd truth, prediction;
};

/// Independent truths, and predictions correlated with them by r, of the same deviation.
Pair pair_of(std::uint64_t seed, Eigen::Index n, double r) {
  Normal normal(seed);
  Pair p{Eigen::VectorXd(n), Eigen::VectorXd(n)};
  for (Eigen::Index i = 0; i < n; ++i) {
    p.truth[i] = normal();
    p.prediction[i] = r * p.truth[i] + std::sqrt(1 - r * r) * normal();
  }
  return p;
}

} // namespace

BOOST_AUTO_TEST_CASE(figures_equal_numpys_on_the_networks_signal_and_noise) {
  const auto cases = promotion_cases();
  for (const auto& c : cases) {
    const auto g = grade(c.truth, c.prediction, c.horizon, c.minutes);
    check_figures(g, c);
    BOOST_TEST(g.passes() == (c.name != "noise"));
  }
  BOOST_TEST(cases.size() == 4u);
}

BOOST_AUTO_TEST_CASE(independent_rows_count_whole_and_overlapping_ones_about_one_a_horizon) {
  const auto p = pair_of(1, 4'000, 0);
  BOOST_TEST(effective_rows(p.truth, 1) == 4'000);
  Eigen::VectorXd sums(4'000 - 24);
  for (Eigen::Index i = 0; i < sums.size(); ++i) sums[i] = p.truth.segment(i, 24).sum();
  BOOST_TEST(effective_rows(sums, 24) > 0.7 * 4'000 / 24);
  BOOST_TEST(effective_rows(sums, 24) < 1.5 * 4'000 / 24);
  BOOST_TEST(effective_rows(Eigen::VectorXd::Constant(100, 1), 24) == 100);
}

BOOST_AUTO_TEST_CASE(the_loss_is_least_at_the_truth_and_continuous) {
  for (const double y : {-2.0, -0.3, 0.0, 0.5, 3.0}) {
    const double least = czar_loss(y, y);
    for (double p = -4; p <= 4; p += 0.25) BOOST_TEST(czar_loss(y, p) >= least - 1e-12);
    for (const double at : {0.0, y}) BOOST_TEST(std::abs(czar_loss(y, at + 1e-9) - czar_loss(y, at - 1e-9)) < 1e-7);
  }
  BOOST_TEST(czar_loss(1, -1) == std::atan(1.0) + 1 + M_PI_4 * std::log(2) / std::log1p(std::exp(10)),
             boost::test_tools::tolerance(1e-6));
}

BOOST_AUTO_TEST_CASE(skill_passes_and_its_absence_does_not) {
  auto good = pair_of(2, 2'000, 0.5);
  good.prediction *= 0.6;
  const auto g = grade(good.truth, good.prediction, 1, 60);
  BOOST_TEST(g.passes());
  BOOST_TEST(g.directional.value == 2.0 / 3, boost::test_tools::tolerance(0.05));
  BOOST_TEST(g.directional.bound < g.directional.value);
  BOOST_TEST(g.pearson.value == 0.5, boost::test_tools::tolerance(0.1));
  int passed = 0;
  for (std::uint64_t seed = 10; seed < 60; ++seed) {
    const auto none = pair_of(seed, 500, 0);
    passed += grade(none.truth, none.prediction, 1, 60).passes();
  }
  BOOST_TEST(passed == 0);
}

BOOST_AUTO_TEST_CASE(a_constant_has_no_correlation_and_passes_nothing) {
  const auto p = pair_of(3, 100, 0);
  const auto g = grade(p.truth, Eigen::VectorXd::Zero(100), 1, 60);
  BOOST_TEST(std::isnan(g.pearson.value));
  BOOST_TEST(!g.pearson.passes);
  BOOST_TEST(!g.aspect_passes());
  BOOST_TEST(!g.passes());
  const auto still = grade(Eigen::VectorXd::Zero(100), p.truth, 1, 60);
  BOOST_TEST(std::isnan(still.directional.value));
  BOOST_TEST(!still.passes());
}

BOOST_AUTO_TEST_CASE(fewer_than_twenty_effective_rows_never_pass) {
  auto p = pair_of(4, 19, 0.95);
  BOOST_TEST(!grade(p.truth, p.prediction, 1, 60).enough());
  BOOST_TEST(!grade(p.truth, p.prediction, 1, 60).passes());
}
