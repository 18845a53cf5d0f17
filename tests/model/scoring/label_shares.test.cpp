#define BOOST_TEST_MODULE label_shares
#include "model/scoring/label_shares.hpp"
#include "tests/model/series.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

const LabelRules three{{"down", "flat", "up"}, {-0.01, 0.01}};

} // namespace

BOOST_AUTO_TEST_CASE(a_return_belongs_to_the_label_between_its_edges_the_upper_one_included) {
  BOOST_TEST(label_of(three, -5) == 0u);
  BOOST_TEST(label_of(three, -0.01) == 0u);
  BOOST_TEST(label_of(three, -0.0099) == 1u);
  BOOST_TEST(label_of(three, 0.01) == 1u);
  BOOST_TEST(label_of(three, 0.0101) == 2u);
}

BOOST_AUTO_TEST_CASE(what_never_came_is_unlikely_not_impossible) {
  const auto shares = label_shares({0, 7, 0});
  BOOST_TEST(shares[0] == 0.1);
  BOOST_TEST(shares[1] == 0.8);
}

BOOST_AUTO_TEST_CASE(shares_in_millionths_sum_to_exactly_one_as_decimals) {
  for (const auto& shares :
       {std::vector<double>{1.0 / 3, 1.0 / 3, 1.0 / 3}, {0.1234567, 0.2345678, 0.6419755}, {1e-9, 1 - 1e-9}}) {
    long long millionths = 0;
    for (const double s : in_millionths(shares)) {
      BOOST_TEST(std::abs(s * 1e6 - std::round(s * 1e6)) < 1e-6);
      millionths += std::llround(s * 1e6);
    }
    BOOST_TEST(millionths == 1'000'000);
  }
}

BOOST_AUTO_TEST_CASE(rules_without_sense_are_refused_with_the_reason) {
  BOOST_TEST(problem(three) == "");
  BOOST_TEST(problem({{"up"}, {}}) == "at least two labels are needed");
  BOOST_TEST(problem({{"down", "up"}, {}}) == "one edge less than labels is needed");
  BOOST_TEST(problem({{"up", "up"}, {0}}) == "label \"up\" is there twice");
  BOOST_TEST(problem({{"", "up"}, {0}}) == "a label is empty");
  BOOST_TEST(problem({{"a", "b", "c"}, {0.1, 0.1}}) == "the edges do not ascend");
  BOOST_TEST(problem({{"a", "b"}, {NAN}}) == "an edge is not finite");
}

BOOST_AUTO_TEST_CASE(losses_use_the_past_only) {
  auto s = make_samples(random_walk(1, 2'000), 24);
  const WalkForwardPlan small{400, 50, 0};
  const auto before = label_losses(s, three, small);
  BOOST_TEST(before.col(0).minCoeff() == std::log(3.0));
  const auto blocks = walk_blocks(s, small);
  s.labels.tail(s.rows() - blocks[5].known).setConstant(1); // all later labels become "up"
  const auto after = label_losses(s, three, small);
  const auto n = blocks[5].known - blocks[0].begin;
  BOOST_TEST((before.topRows(n) - after.topRows(n)).cwiseAbs().maxCoeff() == 0);
  const double known_share = label_shares(count_labels(s, three, blocks[5].known))[2];
  BOOST_TEST(after(blocks[5].begin - blocks[0].begin, 1) == -std::log(known_share));
}
