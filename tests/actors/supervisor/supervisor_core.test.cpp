#define BOOST_TEST_MODULE supervisor_core
#include "actors/supervisor/supervisor_core.hpp"
#include "messages/limits.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

constexpr Instant t0{1'700'000'000'000};
Instant later(std::int64_t ms) { return {t0.value + ms}; }

std::string text(const SupervisorCore& core, const SupervisorCore::Effect& effect) {
  const auto letter = [](const Place& place) { return std::string(1, static_cast<char>(place.topic.value)); };
  const auto name = [&](std::size_t i) { return letter(core.children()[i].place); };
  struct Words {
    decltype(name)& of;
    decltype(letter)& at;
    std::string operator()(const SupervisorCore::Start& e) { return "start " + of(e.child); }
    std::string operator()(const SupervisorCore::Stop& e) { return "stop " + of(e.child); }
    std::string operator()(const SupervisorCore::Kill& e) { return "kill " + of(e.child); }
    std::string operator()(const SupervisorCore::Abandon& e) { return "abandon " + of(e.child); }
    std::string operator()(const SupervisorCore::Wait& e) { return "wait " + of(e.child); }
    std::string operator()(const SupervisorCore::Finish& e) { return e.exhausted ? "exhausted" : "stopped"; }
    std::string operator()(const ChildFailed& e) { return "failed " + at(e.failure.place); }
    std::string operator()(const ChildRestarted& e) { return "restarted " + at(e.child); }
  };
  return std::visit(Words{name, letter}, effect);
}

const Place tree{PlaceKind::topic, TopicId{1}};
Place place_of(char letter) { return {PlaceKind::timer, TopicId{static_cast<std::uint64_t>(letter)}}; }

/// A supervisor of a, b, c …, each a timer; effects come as one line.
struct Tree {
  Tree(Strategy strategy, std::vector<ChildKind> kinds, std::uint32_t restarts = 5)
    : core(tree, policy(strategy, restarts), children(kinds), 1) {}

  static RestartPolicy policy(Strategy strategy, std::uint32_t restarts) {
    RestartPolicy p;
    p.strategy = strategy;
    p.restarts = restarts;
    return p;
  }
  static std::vector<SupervisorCore::Child> children(const std::vector<ChildKind>& kinds) {
    std::vector<SupervisorCore::Child> out;
    for (auto kind : kinds) out.push_back({place_of(static_cast<char>('a' + out.size())), kind, 2'000});
    return out;
  }
  std::string line(const SupervisorCore::Effects& effects) {
    last = effects;
    std::string s;
    for (const auto& e : effects) s += (s.empty() ? "" : ", ") + text(core, e);
    return s;
  }
  static std::size_t at(char name) { return static_cast<std::size_t>(name - 'a'); }

  std::string start() { return line(core.start(t0)); }
  std::string fails(char c, Instant now = t0) { return line(core.ended(at(c), ActorFailure{place_of(c), "Tick", "boo"}, now)); }
  std::string ends(char c, Instant now = t0) { return line(core.ended(at(c), {}, now)); }
  std::string due(char c) { return line(core.due(at(c), t0)); }
  std::string restart(char c) { return line(core.restart(at(c), t0)); }
  std::string stop() { return line(core.stop("test", t0)); }
  std::string overdue(char c) { return line(core.overdue(at(c), core.children()[at(c)].turn, t0)); }

  SupervisorCore core;
  SupervisorCore::Effects last;
};

constexpr auto permanent = ChildKind::permanent;
constexpr auto transient = ChildKind::transient;
constexpr auto temporary = ChildKind::temporary;
const std::vector<ChildKind> three{permanent, permanent, permanent};

} // namespace

BOOST_AUTO_TEST_CASE(children_start_in_order_and_stop_one_by_one_in_reverse) {
  Tree t(Strategy::one_for_one, three);
  BOOST_TEST(t.start() == "start a, start b, start c");
  BOOST_TEST(t.stop() == "stop c");
  BOOST_TEST(t.ends('c') == "stop b");
  BOOST_TEST(t.ends('b') == "stop a");
  BOOST_TEST(t.ends('a') == "stopped");
}

BOOST_AUTO_TEST_CASE(one_for_one_restarts_only_the_failed_one_after_its_backoff) {
  Tree t(Strategy::one_for_one, three);
  t.start();
  BOOST_TEST(t.fails('b') == "failed b, wait b");
  BOOST_TEST(t.due('b') == "start b, restarted b");
}

BOOST_AUTO_TEST_CASE(rest_for_one_takes_down_those_started_after_it_and_brings_them_back_in_order) {
  Tree t(Strategy::rest_for_one, three);
  t.start();
  BOOST_TEST(t.fails('b') == "failed b, wait b, stop c");
  BOOST_TEST(t.ends('c') == "");
  BOOST_TEST(t.due('b') == "start b, start c, restarted b, restarted c");
}

BOOST_AUTO_TEST_CASE(one_for_all_takes_everyone_down_in_reverse) {
  Tree t(Strategy::one_for_all, three);
  t.start();
  BOOST_TEST(t.fails('a') == "failed a, wait a, stop c");
  BOOST_TEST(t.ends('c') == "stop b");
  BOOST_TEST(t.ends('b') == "");
  BOOST_TEST(t.due('a') == "start a, start b, start c, restarted a, restarted b, restarted c");
}

BOOST_AUTO_TEST_CASE(a_group_whose_backoff_is_shorter_than_its_stopping_waits_for_the_last_to_be_down) {
  Tree t(Strategy::one_for_all, three);
  t.start();
  t.fails('a');
  BOOST_TEST(t.due('a') == "");
  BOOST_TEST(t.ends('c') == "stop b");
  BOOST_TEST(t.ends('b') == "start a, start b, start c, restarted a, restarted b, restarted c");
}

BOOST_AUTO_TEST_CASE(an_earlier_child_that_fails_while_a_group_is_down_widens_the_group) {
  Tree t(Strategy::rest_for_one, three);
  t.start();
  BOOST_TEST(t.fails('c') == "failed c, wait c");
  BOOST_TEST(t.fails('a') == "failed a, wait a, stop b");
  BOOST_TEST(t.ends('b') == "");
  BOOST_TEST(t.due('c') == ""); // a's backoff still runs
  BOOST_TEST(t.due('a') == "start a, start b, start c, restarted a, restarted b, restarted c");
}

BOOST_AUTO_TEST_CASE(a_child_that_fails_on_its_way_down_is_told_but_costs_no_budget) {
  Tree t(Strategy::one_for_all, three, 1);
  t.start();
  t.fails('a');                           // c is asked to stop
  BOOST_TEST(t.fails('b') == "failed b"); // before its turn came
  BOOST_TEST(t.ends('c') == "");
  BOOST_TEST(t.due('a') == "start a, start b, start c, restarted a, restarted b, restarted c");
}

BOOST_AUTO_TEST_CASE(a_permanent_child_is_restarted_even_when_it_merely_ended) {
  Tree t(Strategy::one_for_one, {permanent});
  t.start();
  BOOST_TEST(t.ends('a') == "failed a, wait a");
}

BOOST_AUTO_TEST_CASE(a_transient_child_is_restarted_only_when_it_failed) {
  Tree t(Strategy::one_for_one, {transient, transient});
  t.start();
  BOOST_TEST(t.ends('a') == "");
  BOOST_TEST((t.core.children()[0].state == ChildState::done));
  BOOST_TEST(t.fails('b') == "failed b, wait b");
}

BOOST_AUTO_TEST_CASE(a_temporary_child_is_never_restarted_not_even_with_its_group) {
  Tree t(Strategy::one_for_all, {permanent, temporary, temporary});
  t.start();
  BOOST_TEST(t.fails('b') == "failed b");
  BOOST_TEST(t.fails('a') == "failed a, wait a, stop c");
  BOOST_TEST(t.ends('c') == "");
  BOOST_TEST(t.due('a') == "start a, restarted a");
}

BOOST_AUTO_TEST_CASE(an_exhausted_budget_takes_all_down_and_says_why) {
  Tree t(Strategy::one_for_one, three, 2);
  t.start();
  for (int i = 0; i < 2; ++i) {
    t.fails('a');
    t.due('a');
  }
  BOOST_TEST(t.fails('a') == "failed a, stop c");
  t.ends('c');
  BOOST_TEST(t.ends('b') == "exhausted");
  BOOST_TEST(std::get<SupervisorCore::Finish>(t.last.back()).reason ==
             "topic/1: more than 2 failures within 60 s, the last of timer/97: boo");
}

BOOST_AUTO_TEST_CASE(failures_spread_over_more_than_the_period_never_exhaust_it) {
  Tree t(Strategy::one_for_one, {permanent}, 2);
  t.start();
  for (int i = 0; i < 100; ++i) {
    BOOST_TEST(t.fails('a', later(i * 31'000)) == "failed a, wait a");
    t.due('a');
  }
}

BOOST_AUTO_TEST_CASE(the_backoff_grows_with_a_streak_and_starts_again_after_a_quiet_period) {
  RestartPolicy policy;
  policy.restarts = 100;
  policy.backoff.below_percent = policy.backoff.above_percent = 0;
  SupervisorCore core(tree, policy, {{place_of('a'), permanent, 2'000}}, 1);
  core.start(t0);
  const auto wait = [&](std::int64_t ms) {
    std::int64_t waited = 0;
    for (const auto& e : core.ended(0, ActorFailure{place_of('a'), {}, "boo"}, later(ms)))
      if (const auto* w = std::get_if<SupervisorCore::Wait>(&e)) waited = w->ms;
    core.due(0, later(ms + waited));
    return waited;
  };
  BOOST_TEST(wait(0) == 100);
  BOOST_TEST(wait(1'000) == 200);
  BOOST_TEST(wait(2'000) == 400);
  BOOST_TEST(wait(100'000) == 100);
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_jitter_and_another_seed_another) {
  const auto waits = [](std::uint64_t seed) {
    SupervisorCore core(tree, RestartPolicy{}, {{place_of('a'), permanent, 2'000}}, seed);
    core.start(t0);
    std::vector<std::int64_t> out;
    for (int i = 0; i < 5; ++i) {
      for (const auto& e : core.ended(0, ActorFailure{place_of('a'), {}, "boo"}, t0))
        if (const auto* w = std::get_if<SupervisorCore::Wait>(&e)) out.push_back(w->ms);
      core.due(0, t0);
    }
    return out;
  };
  BOOST_TEST(waits(7) == waits(7));
  BOOST_TEST(waits(7) != waits(8));
}

BOOST_AUTO_TEST_CASE(who_does_not_stop_in_time_is_killed_and_who_survives_that_is_given_up) {
  Tree t(Strategy::one_for_one, three);
  t.start();
  t.stop();
  BOOST_TEST(t.overdue('c') == "kill c");
  BOOST_TEST(t.overdue('c') == "abandon c, stop b");
}

BOOST_AUTO_TEST_CASE(a_deadline_of_an_earlier_stop_is_stale) {
  Tree t(Strategy::one_for_one, {permanent});
  t.start();
  t.restart('a');
  const auto stale = t.core.children()[0].turn;
  t.ends('a');
  t.restart('a');
  BOOST_TEST(t.line(t.core.overdue(0, stale, t0)) == "");
}

BOOST_AUTO_TEST_CASE(when_the_time_is_up_everyone_left_is_killed_at_once) {
  Tree t(Strategy::one_for_one, three);
  t.start();
  t.stop();
  BOOST_TEST(t.line(t.core.stop_at_once(t0)) == "kill c, kill b, kill a");
  BOOST_TEST(t.ends('a') == "");
  BOOST_TEST(t.ends('c') == "");
  BOOST_TEST(t.overdue('b') == "abandon b, stopped");
}

BOOST_AUTO_TEST_CASE(a_hung_child_is_given_up_and_replaced_by_policy) {
  Tree t(Strategy::one_for_one, three);
  t.start();
  BOOST_TEST(t.line(t.core.hung(1, "did not answer", t0)) == "abandon b, failed b, wait b");
  BOOST_TEST(t.due('b') == "start b, restarted b");
}

BOOST_AUTO_TEST_CASE(an_operators_restart_costs_no_budget_and_needs_no_backoff) {
  Tree t(Strategy::one_for_all, three, 0);
  t.start();
  for (int i = 0; i < 3; ++i) {
    BOOST_TEST(t.restart('b') == "stop b");
    BOOST_TEST(t.restart('b') == ""); // asked twice
    BOOST_TEST(t.ends('b') == "start b, restarted b");
  }
  BOOST_TEST(t.core.restarts() == 0u);
  BOOST_TEST(t.core.children()[1].restarts == 0u);
  BOOST_TEST(t.core.failures().empty());
}

BOOST_AUTO_TEST_CASE(an_operator_may_cut_a_backoff_short_and_its_alarm_then_means_nothing) {
  Tree t(Strategy::one_for_one, three);
  t.start();
  t.fails('b');
  BOOST_TEST(t.restart('b') == "start b, restarted b");
  BOOST_TEST(t.core.restarts() == 1u); // of the failure
  BOOST_TEST(t.due('b') == "");
  t.fails('b');
  BOOST_TEST(t.due('b') == "start b, restarted b");
}

BOOST_AUTO_TEST_CASE(a_stale_alarm_does_not_hold_up_a_group) {
  Tree t(Strategy::one_for_all, {permanent, permanent});
  t.start();
  t.fails('b');
  t.ends('a');
  BOOST_TEST(t.due('b') == "start a, start b, restarted a, restarted b");
  t.fails('a');
  t.ends('b');
  BOOST_TEST(t.due('a') == "start a, start b, restarted a, restarted b");
}

BOOST_AUTO_TEST_CASE(nothing_is_restarted_once_the_tree_is_stopping) {
  Tree t(Strategy::one_for_one, three);
  t.start();
  t.fails('a');
  BOOST_TEST(t.stop() == "stop c");
  BOOST_TEST(t.due('a') == "");
  BOOST_TEST(t.restart('a') == "");
  BOOST_TEST(t.fails('b') == "failed b");
  BOOST_TEST(t.ends('c') == "stopped");
}

BOOST_AUTO_TEST_CASE(only_so_many_failures_are_remembered_the_newest_with_their_message) {
  Tree t(Strategy::one_for_one, {permanent}, 1'000'000);
  t.start();
  for (std::size_t i = 0; i < limits::remembered_failures + 10; ++i) {
    t.fails('a', later(static_cast<std::int64_t>(i)));
    t.due('a');
  }
  BOOST_TEST(t.core.failures().size() == limits::remembered_failures);
  BOOST_TEST(t.core.failures().back().at.value == later(limits::remembered_failures + 9).value);
  BOOST_TEST(t.core.failures().back().message == "Tick");
}
