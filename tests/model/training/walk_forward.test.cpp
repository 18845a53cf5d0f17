#define BOOST_TEST_MODULE walk_forward
#include "model/training/walk_forward.hpp"
#include "tests/model/series.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

const WalkForwardPlan small{400, 50, 0};

} // namespace

BOOST_AUTO_TEST_CASE(blocks_follow_each_other_and_end_with_the_samples) {
  const auto s = make_samples(real_candles().candles, 168);
  const auto blocks = walk_blocks(s, {});
  BOOST_TEST(blocks.front().begin == 4'320 + 168);
  BOOST_TEST(blocks.front().known == 4'320);
  BOOST_TEST(blocks.size() == 13u);
  for (std::size_t i = 1; i < blocks.size(); ++i) {
    BOOST_TEST(blocks[i].begin == blocks[i - 1].end);
    BOOST_TEST(blocks[i].known == blocks[i].begin - 168);
  }
  BOOST_TEST(blocks.back().end == s.rows());
}

BOOST_AUTO_TEST_CASE(no_label_in_training_reaches_into_the_block_even_where_hours_are_missing) {
  auto candles = random_walk(1, 2'000);
  candles.erase(candles.begin() + 700, candles.begin() + 710);
  candles.erase(candles.begin() + 1'300);
  const auto s = make_samples(candles, 24);
  for (const auto& b : walk_blocks(s, small)) {
    const auto last_trained = s.opens[static_cast<std::size_t>(b.known - 1)].value;
    BOOST_TEST(last_trained + 24 * ms_per_hour < s.opens[static_cast<std::size_t>(b.begin)].value);
  }
}

BOOST_AUTO_TEST_CASE(an_embargo_shorter_than_the_horizon_means_the_horizon_a_longer_one_is_kept) {
  const auto s = make_samples(random_walk(2, 2'000), 24);
  BOOST_TEST(walk_blocks(s, {400, 50, 3}).front().begin == 424);
  BOOST_TEST(walk_blocks(s, {400, 50, 100}).front().begin == 500);
}

BOOST_AUTO_TEST_CASE(predictions_do_not_change_when_the_future_does) {
  auto s = make_samples(random_walk(3, 2'000), 24);
  const auto before = walk_forward(s, candidates(), small);
  const auto blocks = walk_blocks(s, small);
  const auto& middle = blocks[blocks.size() / 2];
  // Overwrites every label unknown at the middle block's beginning and all features after the block.
  s.labels.tail(s.rows() - middle.known).setConstant(1e3);
  s.features.bottomRows(s.rows() - middle.end).setConstant(-7);
  const auto after = walk_forward(s, candidates(), small);
  const auto same = middle.end - before.first;
  BOOST_TEST((before.predictions.topRows(same) - after.predictions.topRows(same)).cwiseAbs().maxCoeff() == 0);
  BOOST_TEST((before.predictions.bottomRows(1) - after.predictions.bottomRows(1)).cwiseAbs().maxCoeff() > 1);
}

BOOST_AUTO_TEST_CASE(a_candidate_of_several_recipes_goes_by_what_was_best_before) {
  // Labels are proportional to a feature: the smallest penalty with the full fit wins after the first block.
  auto s = make_samples(random_walk(4, 3'000), 24);
  s.labels = 2 * s.features.col(1);
  const std::vector<Candidate> candidate_list{
    {"zero", {{Estimator::zero}}},
    {"tuned", {{Estimator::ridge, false, 1e5, 0.25}, {Estimator::ridge, false, 1, 1}}},
    {"cautious", {{Estimator::ridge, false, 1e5, 0.25}}},
    {"bold", {{Estimator::ridge, false, 1, 1}}}};
  const auto w = walk_forward(s, candidate_list, small);
  const auto difference = [&](Eigen::Index a, Eigen::Index b, Eigen::Index begin, Eigen::Index n) {
    return (w.predictions.col(a) - w.predictions.col(b)).segment(begin, n).cwiseAbs().maxCoeff();
  };
  BOOST_TEST(difference(1, 2, 0, 50) == 0);
  BOOST_TEST(difference(1, 3, 50, w.predictions.rows() - 50) == 0);
  BOOST_TEST(w.final_specs[1].penalty == 1);
}

BOOST_AUTO_TEST_CASE(the_final_fit_has_seen_every_row) {
  const auto s = make_samples(random_walk(5, 2'000), 24);
  const auto w = walk_forward(s, {{"zero", {{Estimator::zero}}}, {"mean", {{Estimator::mean}}}}, small);
  BOOST_TEST(w.final_fits[1].intercept == s.labels.mean(), boost::test_tools::tolerance(1e-12));
  BOOST_TEST(w.final_fits[0].intercept == 0);
}

BOOST_AUTO_TEST_CASE(progress_rises_to_one) {
  const auto s = make_samples(random_walk(6, 2'000), 24);
  double last = 0;
  walk_forward(s, candidates(), small, [&](double share) {
    BOOST_TEST(share > last);
    last = share;
  });
  BOOST_TEST(last == 1);
}

BOOST_AUTO_TEST_CASE(too_few_rows_are_refused_with_what_is_needed) {
  const auto s = make_samples(random_walk(7, 600), 24);
  const auto why = error_of<TooFewRows>([&] { walk_forward(s, candidates(), {450, 50, 0}); });
  BOOST_TEST(
    why ==
    "504 rows have all features and a label; 450 for the first fit, 1 day between and at least 96 to predict are needed");
  BOOST_TEST(error_of<TooFewRows>([&] { walk_blocks(make_samples({}, 24), {}); }).starts_with("0 rows"));
}
