#define BOOST_TEST_MODULE endpoint_health
#include "runtime/live/endpoint_health.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

constexpr BackoffPolicy policy{100, 1'000, 10'000};

} // namespace

BOOST_AUTO_TEST_CASE(the_first_endpoint_is_preferred_while_nothing_is_known) {
  BOOST_TEST(EndpointHealth(3, policy).choose(0).endpoint == 0u);
}

BOOST_AUTO_TEST_CASE(one_failure_is_enough_to_go_elsewhere_at_once) {
  EndpointHealth health(2, policy);
  health.failed(0, 1'000, 0);
  const auto choice = health.choose(1'000);
  BOOST_TEST(choice.endpoint == 1u);
  BOOST_TEST(choice.wait_ms == 0);
}

BOOST_AUTO_TEST_CASE(waits_double_up_to_the_longest) {
  EndpointHealth health(1, policy);
  std::int64_t waits[6];
  for (auto& wait : waits) {
    health.failed(0, 0, 0.999999);
    wait = health.choose(0).wait_ms;
  }
  const std::int64_t expected[] = {99, 199, 399, 799, 999, 999};
  BOOST_TEST(waits == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(jitter_takes_up_to_half_of_the_wait_away) {
  EndpointHealth health(1, policy);
  health.failed(0, 0, 0);
  BOOST_TEST(health.choose(0).wait_ms == 50);
}

BOOST_AUTO_TEST_CASE(a_connection_that_dies_young_does_not_reset_the_wait) {
  EndpointHealth health(1, policy);
  health.failed(0, 0, 0.999999);
  health.opened(0, 100);
  health.failed(0, 200, 0.999999);
  BOOST_TEST(health.choose(200).wait_ms == 199);
}

BOOST_AUTO_TEST_CASE(a_connection_that_lived_makes_the_next_failure_a_first_one) {
  EndpointHealth health(1, policy);
  for (int i = 0; i < 5; ++i) health.failed(0, 0, 0.999999);
  health.opened(0, 2'000);
  health.failed(0, 12'000, 0.999999);
  BOOST_TEST(health.choose(12'000).wait_ms == 99);
}

BOOST_AUTO_TEST_CASE(when_all_have_failed_the_one_that_is_due_first_is_tried) {
  EndpointHealth health(2, policy);
  health.failed(0, 0, 0);
  health.failed(0, 0, 0);
  health.failed(1, 0, 0);
  const auto choice = health.choose(10);
  BOOST_TEST(choice.endpoint == 1u);
  BOOST_TEST(choice.wait_ms == 40);
}

BOOST_AUTO_TEST_CASE(a_node_that_failed_is_not_preferred_again_as_soon_as_its_wait_is_over) {
  EndpointHealth health(2, policy);
  health.failed(0, 0, 0);
  health.answered(1, 50);
  BOOST_TEST(health.choose(1'000).endpoint == 1u);
  BOOST_TEST(health.choose(600'000).endpoint == 0u); // ten half-lives later the failure is forgotten
}

BOOST_AUTO_TEST_CASE(the_quicker_of_two_good_nodes_is_chosen) {
  EndpointHealth health(2, policy);
  for (int i = 0; i < 10; ++i) health.answered(0, 300), health.answered(1, 20);
  BOOST_TEST(health.choose(0).endpoint == 1u);
}

BOOST_AUTO_TEST_CASE(a_nodes_own_wish_lengthens_the_wait_within_reason) {
  EndpointHealth health(1, policy);
  health.failed(0, 0, 0, 7'000);
  BOOST_TEST(health.choose(0).wait_ms == 7'000);
  health.failed(0, 0, 0, INT64_MAX);
  BOOST_TEST(health.choose(0).wait_ms == 300'000);
}
