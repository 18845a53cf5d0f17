#define BOOST_TEST_MODULE choice
#include "model/training/choice.hpp"
#include "tests/model/series.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

/// Losses around 10 with a standard deviation of 1, autocorrelated like those of overlapping labels (moving sums over `memory`
/// hours). Each further column is lower by `saved` on average.
Eigen::MatrixXd losses(std::uint64_t seed, Eigen::Index memory, std::initializer_list<double> saved) {
  Normal normal(seed);
  Eigen::MatrixXd x(9'000, 1 + static_cast<Eigen::Index>(saved.size()));
  for (Eigen::Index k = 0; k < x.cols(); ++k) {
    Eigen::VectorXd hours(x.rows() + memory);
    for (auto& h : hours) h = normal() / std::sqrt(static_cast<double>(memory));
    double sum = hours.head(memory).sum();
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      x(i, k) = k == 0 ? 10 + sum : x(i, 0) - saved.begin()[k - 1] + sum;
      sum += hours[i + memory] - hours[i];
    }
  }
  return x;
}

const ChoiceRules weekly{.horizon = 168};

} // namespace

BOOST_AUTO_TEST_CASE(a_clear_advantage_is_taken) {
  const auto c = choose(losses(1, 168, {0, 1}), false, weekly); // seven standard errors
  BOOST_TEST(c.chosen == 2u);
  BOOST_TEST(c.advantages[2].t > c.critical);
  BOOST_TEST(c.advantages[2].gain == 0.1, boost::test_tools::tolerance(0.4));
  BOOST_TEST(c.advantages[2].range.low > 0);
}

BOOST_AUTO_TEST_CASE(an_advantage_that_chance_would_give_is_not) {
  int won = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) won += choose(losses(seed, 168, {0.05, 0.05}), false, weekly).chosen != 0;
  BOOST_TEST(won <= 8); // the advantage is a third of a standard error
}

BOOST_AUTO_TEST_CASE(the_same_advantage_counts_when_rows_do_not_overlap_and_not_when_they_do) {
  int overlapping = 0, apart = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    overlapping += choose(losses(seed, 168, {0.05}), false, weekly).chosen == 1;
    apart += choose(losses(seed, 1, {0.05}), false, weekly).chosen == 1;
  }
  BOOST_TEST(overlapping <= 7);
  BOOST_TEST(apart >= 18);
}

BOOST_AUTO_TEST_CASE(the_best_of_many_equal_candidates_wins_about_as_often_as_the_confidence_allows) {
  int won = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed)
    won += choose(losses(seed, 168, {0, 0, 0, 0, 0, 0, 0, 0, 0}), false, {.horizon = 168, .resamples = 500}).chosen != 0;
  BOOST_TEST(won <= 30); // of 200; at most 10 % expected
}

BOOST_AUTO_TEST_CASE(more_candidates_raise_the_bar) {
  BOOST_TEST(choose(losses(3, 168, {0, 0, 0, 0, 0, 0, 0, 0}), false, weekly).critical >
             choose(losses(3, 168, {0}), false, weekly).critical);
}

BOOST_AUTO_TEST_CASE(of_two_that_do_not_differ_significantly_the_simpler_is_kept) {
  const auto c = choose(losses(4, 168, {1, 1.01}), false, weekly);
  BOOST_TEST(c.chosen == 1u);
}

BOOST_AUTO_TEST_CASE(a_better_one_is_not_passed_over_for_a_simpler_one_that_is_worse) {
  const auto c = choose(losses(5, 168, {1, 3}), false, weekly);
  BOOST_TEST(c.chosen == 2u);
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_choice) {
  const auto x = losses(6, 168, {0.1, 0.2});
  const auto a = choose(x, true, weekly), b = choose(x, true, weekly);
  BOOST_TEST(a.critical == b.critical);
  BOOST_TEST(a.advantages[2].t == b.advantages[2].t);
  BOOST_TEST(a.advantages[2].range.low == b.advantages[2].range.low);
}

BOOST_AUTO_TEST_CASE(gains_of_root_losses_are_of_the_roots) {
  Eigen::MatrixXd x = Eigen::MatrixXd::Constant(1'000, 2, 4);
  x.col(1).setConstant(1);
  BOOST_TEST(choose(x, true, weekly).advantages[1].gain == 0.5);
  BOOST_TEST(choose(x, false, weekly).advantages[1].gain == 0.75);
}

BOOST_AUTO_TEST_CASE(losses_that_are_equal_or_zero_are_no_advantage) {
  const auto equal = choose(Eigen::MatrixXd::Constant(1'000, 2, 1), true, weekly);
  BOOST_TEST(equal.chosen == 0u);
  const auto zero = choose(Eigen::MatrixXd::Zero(1'000, 2), true, weekly);
  BOOST_TEST(zero.chosen == 0u);
  BOOST_TEST(zero.advantages[1].gain == 0);
}
