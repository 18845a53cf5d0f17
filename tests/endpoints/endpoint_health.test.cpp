#define BOOST_TEST_MODULE endpoint_health
#include "runtime/endpoints/endpoint_health.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

constexpr EndpointPolicy policy{.backoff = {.first_ms = 100, .longest_ms = 1'000, .below_percent = 50}};

EndpointProbe healthy(std::int64_t height, std::int64_t took_ms = 10) { return {true, height, took_ms, {}}; }
EndpointProbe unfit(const std::string& why) { return {true, 0, 10, why}; }
EndpointProbe no_answer() { return {false, 0, 10, "no answer"}; }

/// Two nodes at the same height; the first is in use.
struct Two {
  EndpointHealth health{2, policy};
  std::int64_t now = 0;
  using Left = std::optional<EndpointHealth::Leave>;

  Two() { health.opened(0, 0); }
  Left probe(std::size_t endpoint, const EndpointProbe& probe, std::optional<std::size_t> present = 0) {
    return health.probed(endpoint, present, probe, now, 0.999999);
  }
  /// One round of probes in the prober's order: the endpoint in use last. Returns the result for the first.
  Left round(const EndpointProbe& first, const EndpointProbe& second) {
    now += 10'000;
    probe(1, second);
    return probe(0, first);
  }
  EndpointUse use(std::size_t endpoint, std::size_t present = 0) const { return health.state(endpoint, present, now).use; }
};

} // namespace

BOOST_AUTO_TEST_CASE(the_first_endpoint_is_preferred_while_nothing_is_known) {
  BOOST_TEST(EndpointHealth(3, policy).choose(0).endpoint == 0u);
}

BOOST_AUTO_TEST_CASE(one_failure_is_enough_to_go_elsewhere_at_once) {
  EndpointHealth health(2, policy);
  health.failed(0, 1'000, 0, "reset");
  const auto choice = health.choose(1'000);
  BOOST_TEST(choice.endpoint == 1u);
  BOOST_TEST(choice.wait_ms == 0);
}

BOOST_AUTO_TEST_CASE(waits_double_up_to_the_longest) {
  EndpointHealth health(1, policy);
  std::int64_t waits[6];
  for (auto& wait : waits) {
    health.failed(0, 0, 0.999999, "reset");
    wait = health.choose(0).wait_ms;
  }
  const std::int64_t expected[] = {99, 199, 399, 799, 999, 999};
  BOOST_TEST(waits == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(jitter_takes_up_to_half_of_the_wait_away) {
  EndpointHealth health(1, policy);
  health.failed(0, 0, 0, "reset");
  BOOST_TEST(health.choose(0).wait_ms == 50);
}

BOOST_AUTO_TEST_CASE(a_short_connection_does_not_reset_the_backoff) {
  EndpointHealth health(1, policy);
  health.failed(0, 0, 0.999999, "reset");
  health.opened(0, 100);
  health.failed(0, 200, 0.999999, "reset");
  BOOST_TEST(health.choose(200).wait_ms == 199);
}

BOOST_AUTO_TEST_CASE(a_long_connection_resets_the_backoff) {
  EndpointHealth health(1, policy);
  for (int i = 0; i < 5; ++i) health.failed(0, 0, 0.999999, "reset");
  health.opened(0, 2'000);
  health.failed(0, 12'000, 0.999999, "reset");
  BOOST_TEST(health.choose(12'000).wait_ms == 99);
}

BOOST_AUTO_TEST_CASE(when_all_have_failed_the_one_that_is_due_first_is_tried) {
  EndpointHealth health(2, policy);
  health.failed(0, 0, 0, "reset");
  health.failed(0, 0, 0, "reset");
  health.failed(1, 0, 0, "reset");
  const auto choice = health.choose(10);
  BOOST_TEST(choice.endpoint == 1u);
  BOOST_TEST(choice.wait_ms == 40);
}

BOOST_AUTO_TEST_CASE(retry_after_extends_the_backoff_up_to_a_limit) {
  EndpointHealth health(1, policy);
  health.failed(0, 0, 0, "429", 7'000);
  BOOST_TEST(health.choose(0).wait_ms == 7'000);
  health.failed(0, 0, 0, "429", INT64_MAX);
  BOOST_TEST(health.choose(0).wait_ms == 300'000);
}

BOOST_AUTO_TEST_CASE(a_failed_node_is_used_again_after_three_successful_probes) {
  Two two;
  two.health.failed(0, 0, 0, "reset");
  two.health.opened(1, 0);
  two.now = 60'000;
  const auto probe = [&](const EndpointProbe& l) { two.probe(0, l, 1), two.now += 10'000; };
  BOOST_TEST((two.use(0, 1) == EndpointUse::probation));
  probe(healthy(7, 1));
  probe(healthy(8, 1));
  probe(no_answer()); // starts again
  probe(healthy(9, 1));
  probe(healthy(10, 1));
  BOOST_TEST(two.health.choose(two.now).endpoint == 1u);
  BOOST_TEST(!two.health.best_other(1, two.now).has_value());
  probe(healthy(11, 1));
  BOOST_TEST((two.use(0, 1) == EndpointUse::ready));
  BOOST_TEST(two.health.best_other(1, two.now).value() == 0u);
  BOOST_TEST(two.health.state(0, 1, two.now).failures == 0);
}

BOOST_AUTO_TEST_CASE(a_node_on_probation_is_used_if_none_is_better) {
  Two two;
  two.health.failed(0, 0, 0, "reset");
  two.now = 60'000;
  two.health.failed(1, two.now, 0, "reset");
  BOOST_TEST(two.health.choose(two.now).endpoint == 0u);
  BOOST_TEST(two.health.choose(two.now).wait_ms == 0);
}

BOOST_AUTO_TEST_CASE(a_node_in_backoff_is_not_probed_and_failed_probes_extend_its_backoff) {
  Two two;
  BOOST_TEST(two.health.due_for_probe(1, 0));
  two.probe(1, no_answer());
  BOOST_TEST(!two.health.due_for_probe(1, 0));
  BOOST_TEST((two.use(1) == EndpointUse::in_backoff));
  BOOST_TEST(two.health.due_for_probe(1, 100));
  two.now = 100;
  two.probe(1, no_answer());
  BOOST_TEST(!two.health.due_for_probe(1, 200));
}

BOOST_AUTO_TEST_CASE(a_node_further_behind_than_allowed_is_left_after_two_probes) {
  Two two;
  BOOST_TEST(!two.round(healthy(100), healthy(103))); // three blocks are tolerated
  BOOST_TEST(!two.round(healthy(100), healthy(104)));
  BOOST_TEST(!two.round(healthy(110), healthy(110))); // caught up
  BOOST_TEST(!two.round(healthy(110), healthy(114)));
  const auto left = two.round(healthy(110), healthy(118));
  BOOST_REQUIRE(left);
  BOOST_TEST(left->fault);
  BOOST_TEST(left->reason == "it is 8 blocks behind other nodes");
}

BOOST_AUTO_TEST_CASE(a_halted_chain_is_no_nodes_fault) {
  Two two;
  for (int i = 0; i < 100; ++i) BOOST_TEST(!two.round(healthy(100), healthy(100)));
}

BOOST_AUTO_TEST_CASE(no_node_is_left_for_one_on_probation) {
  Two two;
  two.health.failed(1, 0, 0, "reset");
  two.now = 60'000;
  for (int i = 0; i < 2; ++i) BOOST_TEST(!two.round(healthy(100), healthy(200)));
}

BOOST_AUTO_TEST_CASE(another_node_that_is_behind_is_on_probation_until_it_caught_up) {
  Two two;
  two.round(healthy(100), healthy(100));
  two.round(healthy(110), healthy(101)); // compared with the first one's 100 of the round before
  BOOST_TEST((two.use(1) == EndpointUse::ready));
  two.round(healthy(120), healthy(101));
  BOOST_TEST((two.use(1) == EndpointUse::probation));
  BOOST_TEST(two.health.state(1, 0, two.now).behind == 9);
  BOOST_TEST(!two.health.best_other(0, two.now).has_value());
  two.round(healthy(130), healthy(129));
  BOOST_TEST((two.use(1) == EndpointUse::ready));
}

BOOST_AUTO_TEST_CASE(a_present_node_that_calls_itself_unfit_is_left_at_once) {
  Two two;
  const auto left = two.probe(0, unfit("the node is still catching up, at height 5"));
  BOOST_REQUIRE(left);
  BOOST_TEST(left->fault);
}

BOOST_AUTO_TEST_CASE(the_node_in_use_is_kept_if_it_declines_probes) {
  Two two;
  for (int i = 0; i < 10; ++i) BOOST_TEST(!two.round(no_answer(), healthy(100)));
}

BOOST_AUTO_TEST_CASE(an_unfit_other_node_counts_as_failed) {
  Two two;
  two.probe(1, unfit("the node is of chain 'x'"));
  two.now = 60'000;
  BOOST_TEST((two.use(1) == EndpointUse::probation));
  BOOST_TEST(two.health.state(1, 0, two.now).trouble == "the node is of chain 'x'");
}

BOOST_AUTO_TEST_CASE(the_quicker_of_two_good_nodes_is_next) {
  EndpointHealth health(3, policy);
  health.probed(1, {}, healthy(10, 300), 0, 0);
  health.probed(2, {}, healthy(10, 20), 0, 0);
  health.failed(0, 0, 0, "reset");
  BOOST_TEST(health.choose(0).endpoint == 2u);
}

BOOST_AUTO_TEST_CASE(only_a_node_twice_as_quick_for_long_is_changed_to_and_that_is_no_fault) {
  Two two;
  for (int i = 0; i < 40; ++i) BOOST_TEST(!two.round(healthy(i, 100), healthy(i, 60))); // faster, but not by half
  for (int i = 0; i < 20; ++i) BOOST_TEST(!two.round(healthy(50 + i, 300), healthy(50 + i, 10)));
  for (int i = 0; i < 4; ++i) BOOST_TEST(!two.round(healthy(80, 10), healthy(80, 300))); // briefly reversed
  std::optional<EndpointHealth::Leave> left;
  int rounds = 0;
  while (!left && rounds < 100) left = two.round(healthy(90 + rounds, 300), healthy(90 + rounds, 10)), ++rounds;
  BOOST_REQUIRE(left);
  BOOST_TEST(rounds >= 30); // counted from the start again
  BOOST_TEST(!left->fault);
  two.health.released(0, two.now);
  BOOST_TEST(two.health.choose(two.now).endpoint == 1u);
  BOOST_TEST((two.use(0, 1) == EndpointUse::ready)); // a candidate
}

BOOST_AUTO_TEST_CASE(no_flapping_a_node_that_fails_whenever_it_is_used_is_used_rarely) {
  // One day. The first node is fast and fails after a second of use; the second is slow and stable.
  EndpointHealth health(2, policy);
  std::size_t present = 0, changes = 0;
  std::int64_t opened = 0;
  health.opened(0, 0);
  for (std::int64_t now = 0; now < 86'400'000; now += 1'000) {
    const auto go_to = [&](std::size_t next) { present = next, opened = now, ++changes, health.opened(next, now); };
    if (present == 0 && now - opened >= 1'000) {
      health.failed(0, now, 0.5, "reset");
      go_to(health.choose(now).endpoint);
    }
    if (now % 10'000 != 0) continue;
    if (health.due_for_probe(1 - present, now))
      health.probed(1 - present, present, healthy(now / 1'000, present == 1 ? 5 : 500), now, 0.5);
    if (const auto left = health.probed(present, present, healthy(now / 1'000, present == 1 ? 500 : 5), now, 0.5)) {
      health.released(present, now);
      go_to(health.choose(now).endpoint);
    }
  }
  BOOST_TEST(present == 1u);
  BOOST_TEST(changes < 2u * 86'400 / 300); // at most two in the five minutes it takes to change back
}
