#define BOOST_TEST_MODULE restart_policy
#include "actors/supervisor/restart_policy.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

constexpr std::int64_t second = 1'000;
Instant at(std::int64_t s) { return {1'700'000'000'000 + s * second}; }
RestartBudget three_a_minute() {
  RestartPolicy policy;
  policy.restarts = 3;
  policy.period_ms = 60 * second;
  return RestartBudget{policy};
}

} // namespace

BOOST_AUTO_TEST_CASE(the_budget_allows_exactly_its_number_within_a_period) {
  auto budget = three_a_minute();
  BOOST_TEST(budget.allow(at(0)));
  BOOST_TEST(budget.allow(at(1)));
  BOOST_TEST(budget.allow(at(59)));
  BOOST_TEST(!budget.allow(at(59)));
  BOOST_TEST(budget.used(at(59)) == 3u);
}

BOOST_AUTO_TEST_CASE(a_restart_a_period_ago_counts_no_more) {
  auto budget = three_a_minute();
  for (int s : {0, 1, 2}) budget.allow(at(s));
  BOOST_TEST(!budget.allow(at(59)));
  BOOST_TEST(budget.allow(at(60)));
  BOOST_TEST(!budget.allow(at(60)));
  BOOST_TEST(budget.used(at(61)) == 2u);
}

BOOST_AUTO_TEST_CASE(a_refused_restart_costs_nothing) {
  auto budget = three_a_minute();
  for (int s : {0, 0, 0}) budget.allow(at(s));
  for (int s = 0; s < 60; ++s) BOOST_TEST(!budget.allow(at(s)));
  BOOST_TEST(budget.allow(at(60)));
}

BOOST_AUTO_TEST_CASE(a_clock_set_back_a_day_does_not_block_restarts_for_a_day) {
  auto budget = three_a_minute();
  for (int s : {0, 0, 0}) budget.allow(at(s));
  const std::int64_t day = 86'400;
  BOOST_TEST(!budget.allow(at(-day)));
  BOOST_TEST(budget.allow(at(-day + 60)));
}

BOOST_AUTO_TEST_CASE(a_budget_of_none_escalates_at_once) {
  RestartPolicy policy;
  policy.restarts = 0;
  BOOST_TEST(!RestartBudget{policy}.allow(at(0)));
}
