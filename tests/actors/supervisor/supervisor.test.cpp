#define BOOST_TEST_MODULE supervisor
#include "actors/supervisor/supervisor.hpp"
#include "actors/supervisor/supervisor_view.hpp"
#include "tests/support/virtual_actor_system.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using test::VirtualActorSystem;

namespace {

using Probe = Inspectable::extend<caf::reacts_to<Tick>, caf::reacts_to<ChildRestarted>, caf::reacts_to<Drain>>;

/// The tests' names of places: one letter is a timer, "pipeline" a topic's supervisor, any other a place's own text form.
Place place_of(const std::string& name) {
  if (name == "pipeline") return {PlaceKind::topic, TopicId{1}};
  if (name.size() == 1) return {PlaceKind::timer, TopicId{static_cast<std::uint64_t>(name[0])}};
  return parse_place(name).value();
}
std::string name_of(const Place& place) {
  if (place.kind == PlaceKind::topic) return "pipeline";
  if (place.kind == PlaceKind::timer) return std::string(1, static_cast<char>(place.topic.value));
  return to_string(place);
}

/// What a ProbeActor does on a Tick: unrelated alarms serve as commands.
constexpr auto fail = Alarm::poll, end = Alarm::finish, get_stuck = Alarm::books_late, ignore_exit = Alarm::drain_deadline,
               nothing = Alarm::heartbeat;

/// A child that throws, ends, gets stuck or ignores requests to end.
struct ProbeActor : ActorBase<Probe::base> {
  ProbeActor(caf::actor_config& config, ActorContext& context, const std::string& name, std::vector<std::string>& diary)
    : ActorBase(config, context, place_of(name)), diary(diary) {
    diary.push_back("start " + name);
    set_exit_handler([this](caf::exit_msg& m) {
      if (!stubborn) quit(m.reason);
    });
  }
  void on_exit() override { diary.push_back("end " + name_of(place())); }
  Probe::behavior_type make_behavior() override {
    return {
      [this](const Inspect&) { return shown({}); },
      [this](const Tick& m) {
        if (m.alarm == fail) throw std::runtime_error("boo");
        if (m.alarm == end) quit();
        if (m.alarm == get_stuck) ++mailbox_size; // as if the next message were never handled
        if (m.alarm == ignore_exit) stubborn = true;
      },
      [this](const ChildRestarted& m) { diary.push_back(name_of(place()) + " told " + name_of(m.child)); },
      [this](const Drain&) { diary.push_back(name_of(place()) + " drains"); },
    };
  }
  std::vector<std::string>& diary;
  bool stubborn = false;
};

struct Fixture {
  std::vector<std::string> diary;
  std::vector<std::string> ends; ///< how the root ended
  int alive = 0;
  VirtualActorSystem world;

  ChildSpec child(const std::string& name, ChildKind kind = ChildKind::permanent) {
    return {place_of(name), kind, [this, name](caf::actor_system& system) {
              return caf::actor_cast<caf::strong_actor_ptr>(system.spawn<ProbeActor>(world.context, name, diary));
            }};
  }
  static SupervisorSpec spec(const std::string& place, std::vector<ChildSpec> children) {
    SupervisorSpec s;
    s.place = place_of(place);
    s.children = std::move(children);
    s.seed = 1;
    s.policy.backoff.below_percent = s.policy.backoff.above_percent = 0;
    return s;
  }
  RootDuties duties() {
    RootDuties d;
    d.drained_first.reset();
    d.on_alive = [this](Instant) { ++alive; };
    d.on_stopped = [this] { ends.push_back("stopped"); };
    d.on_exhausted = [this](const std::string& why) { ends.push_back(why); };
    return d;
  }
  void start(SupervisorSpec s) { start(std::move(s), duties()); }
  void start(SupervisorSpec s, RootDuties d) {
    spawn_supervisor(world.system, world.context, std::move(s), std::move(d));
    world.settle();
  }
  void tell(const std::string& name, Alarm what) { world.tell(Role<Probe>{place_of(name)}, Tick{what}); }
  void drain(std::int64_t ms = 25'000) { world.tell(root_role, Drain{"test", {world.clock->now().value + ms}}); }
  caf::strong_actor_ptr at(const std::string& name) { return world.context.directory->find(place_of(name)); }
  bool running(const std::string& name) { return at(name) != nullptr; }
  SupervisorView deep(const std::string& name) {
    return std::get<SupervisorView>(world.inspect(place_of(name), true).value().state);
  }
  std::string first_failure(const std::string& name) { return deep(name).failures.at(0).reason; }
};
using Lines = std::vector<std::string>;

} // namespace

BOOST_FIXTURE_TEST_SUITE(supervisor, Fixture)

BOOST_AUTO_TEST_CASE(children_start_in_order_and_stop_in_reverse) {
  start(spec("root", {child("a"), child("b"), child("c")}));
  drain();
  world.advance(100);
  BOOST_TEST((diary == Lines{"start a", "start b", "start c", "end c", "end b", "end a"}));
  BOOST_TEST((ends == Lines{"stopped"}));
  BOOST_TEST(!running("a"));
  BOOST_TEST(!running("root"));
}

BOOST_AUTO_TEST_CASE(a_throwing_actor_is_restarted_after_its_backoff_and_the_group_is_told) {
  auto s = spec("root", {child("a"), child("b"), child("c")});
  s.notify = {place_of("a"), place_of("b")};
  start(std::move(s));
  diary.clear();
  tell("b", fail);
  BOOST_TEST(!running("b"));
  world.advance(99);
  BOOST_TEST(!running("b"));
  world.advance(1);
  BOOST_TEST(running("b"));
  BOOST_TEST((diary == Lines{"end b", "start b", "a told b"})); // not b itself, not c
  BOOST_TEST(world.delivered("root <- ChildFailed(" + to_string(place_of("b")) + ", \"Tick\", \"boo\", 1)") == 1u);
}

BOOST_AUTO_TEST_CASE(a_failure_is_kept_with_its_time_reason_and_the_message_it_was_handling) {
  start(spec("root", {child("a")}));
  tell("a", fail);
  const auto tree = deep("root");
  BOOST_TEST((tree.failures.at(0) == Failure{VirtualActorSystem::start, place_of("a"), "boo", "Tick", 1}));
  BOOST_TEST((tree.children.at(0).state == ChildState::waiting));
}

BOOST_AUTO_TEST_CASE(an_actor_that_throws_while_it_stops_is_reported_and_the_stop_goes_on) {
  start(spec("root", {child("a"), child("b")}));
  tell("b", ignore_exit);
  drain();
  tell("b", fail);
  BOOST_TEST(world.delivered("root <- ChildFailed(" + to_string(place_of("b")) + ", \"Tick\", \"boo\", 0)") == 1u);
  BOOST_TEST((ends == Lines{"stopped"}));
}

BOOST_AUTO_TEST_CASE(rest_for_one_restarts_those_started_later_too) {
  auto s = spec("root", {child("a"), child("b"), child("c")});
  s.policy.strategy = Strategy::rest_for_one;
  start(std::move(s));
  diary.clear();
  tell("b", fail);
  world.advance(1'000);
  BOOST_TEST((diary == Lines{"end b", "end c", "start b", "start c"}));
}

BOOST_AUTO_TEST_CASE(one_for_all_restarts_everyone) {
  auto s = spec("root", {child("a"), child("b"), child("c")});
  s.policy.strategy = Strategy::one_for_all;
  start(std::move(s));
  diary.clear();
  tell("b", fail);
  world.advance(1'000);
  BOOST_TEST((diary == Lines{"end b", "end c", "end a", "start a", "start b", "start c"}));
}

BOOST_AUTO_TEST_CASE(a_finished_transient_child_stays_down_a_finished_permanent_one_comes_back) {
  start(spec("root", {child("a", ChildKind::transient), child("b")}));
  tell("a", end);
  tell("b", end);
  world.advance(10'000);
  BOOST_TEST(!running("a"));
  BOOST_TEST(running("b"));
}

BOOST_AUTO_TEST_CASE(a_start_that_throws_is_a_failure_of_the_child) {
  int tries = 0;
  auto broken = child("b");
  broken.start = [&, real = broken.start](caf::actor_system& system) {
    if (++tries < 3) throw std::runtime_error("no model");
    return real(system);
  };
  start(spec("root", {child("a"), broken, child("c")}));
  BOOST_TEST(running("c"));
  BOOST_TEST(!running("b"));
  world.advance(1'000);
  BOOST_TEST(running("b"));
  BOOST_TEST(first_failure("root") == "could not start: no model");
}

BOOST_AUTO_TEST_CASE(an_exhausted_root_stops_all_and_reports_once) {
  auto s = spec("root", {child("a"), child("b")});
  s.policy.restarts = 2;
  start(std::move(s));
  for (int i = 0; i < 3; ++i) {
    tell("a", fail);
    world.advance(1'000);
  }
  BOOST_TEST((ends == Lines{"root: more than 2 failures within 60 s, the last of timer/97: boo"}));
  BOOST_TEST(diary.back() == "end b");
  BOOST_TEST(!running("b"));
  BOOST_TEST(world.delivered("root <- ChildFailed(timer/97") == 3u); // the last one too
}

BOOST_AUTO_TEST_CASE(an_exhausted_supervisor_is_restarted_whole_by_the_one_above) {
  auto below = spec("pipeline", {child("a"), child("b")});
  below.policy.restarts = 1;
  auto s = spec("root", {child("w"), nested(world.context, below, root_role.place)});
  s.notify = {place_of("w")};
  start(std::move(s));
  diary.clear();
  tell("a", fail);
  world.advance(100);
  BOOST_TEST((diary == Lines{"end a", "start a", "w told a"})); // ChildRestarted crosses the levels
  diary.clear();
  tell("a", fail);
  world.advance(1'000);
  // Sent after each child is in the directory: a peer may answer at once.
  BOOST_TEST((diary == Lines{"end a", "end b", "start a", "start b", "w told pipeline", "w told a", "w told b"}));
  BOOST_TEST(ends.empty());
  BOOST_TEST(first_failure("root").starts_with("topic/1: more than 1 failures within 60 s, the last of timer/97: boo"));
}

BOOST_AUTO_TEST_CASE(a_killed_supervisor_leaves_no_orphans) {
  start(spec("root", {nested(world.context, spec("pipeline", {child("a"), child("b")}), root_role.place)}));
  const auto old = at("a");
  diary.clear();
  caf::anon_send_exit(at("pipeline"), caf::exit_reason::kill);
  world.advance(1'000);
  BOOST_TEST((diary == Lines{"end a", "end b", "start a", "start b"}));
  BOOST_TEST(running("a"));
  BOOST_TEST((at("a") != old));
}

BOOST_AUTO_TEST_CASE(a_root_that_fails_itself_takes_everyone_with_it_and_says_so_once) {
  start(spec("root", {child("a"), nested(world.context, spec("pipeline", {child("b")}), root_role.place)}));
  diary.clear();
  world.context.on_delivery = [](const Delivery& d) {
    if (d.receiver == root_role.place) throw std::bad_alloc();
  };
  world.advance(20'000);
  BOOST_TEST((ends == Lines{"the root of the tree ended unasked: std::bad_alloc, handling Tick"}));
  BOOST_TEST((diary == Lines{"end a", "end b"}));
  BOOST_TEST(world.context.directory->all().empty());
}

// Recording a message may throw std::bad_alloc. CAF sends the error to the sender of current_element_, which must not still be
// the previous message.
BOOST_AUTO_TEST_CASE(a_failure_before_the_handler_is_answered_to_whoever_asked) {
  start(spec("root", {child("a"), child("b")}));
  world.context.on_delivery = [](const Delivery& d) {
    if (d.receiver == place_of("a") && d.content.match_element<Inspect>(0)) throw std::bad_alloc();
  };
  std::string answer;
  const auto a = caf::actor_cast<Inspectable>(at("a"));
  world.system.spawn([&answer, a](caf::event_based_actor* self) {
    self->request(a, std::chrono::seconds(1), Inspect{})
      .then([](const Inspection&) {}, [&](const caf::error& e) { answer = to_string(e); });
  });
  world.settle();
  BOOST_TEST(answer.find("bad_alloc") != answer.npos, answer);
}

BOOST_AUTO_TEST_CASE(who_ignores_the_request_to_end_is_killed_after_its_deadline) {
  start(spec("root", {child("a"), child("b")}));
  tell("b", ignore_exit);
  diary.clear();
  drain();
  world.advance(1'999);
  BOOST_TEST(diary.empty());
  world.advance(1);
  BOOST_TEST((diary == Lines{"end b", "end a"}));
  BOOST_TEST((ends == Lines{"stopped"}));
}

BOOST_AUTO_TEST_CASE(a_tree_of_stubborn_children_still_stops_within_the_trees_deadline) {
  start(spec("root", {child("a"), child("b"), child("c"), child("d"), child("e")}));
  for (auto name : {"a", "b", "c", "d", "e"}) tell(name, ignore_exit);
  drain();
  world.advance(limits::tree_stop_deadline);
  BOOST_TEST((ends == Lines{"stopped"}));
}

BOOST_AUTO_TEST_CASE(a_hung_actor_is_given_up_and_replaced) {
  start(spec("root", {child("a"), child("b")}));
  const auto old = at("a");
  tell("a", get_stuck);
  world.advance(limits::liveness_interval + limits::liveness_deadline + 200);
  BOOST_TEST(running("a"));
  BOOST_TEST((at("a") != old));
  BOOST_TEST(first_failure("root") == "has been handling one message for more than 10000 ms");
  BOOST_TEST(deep("root").vitals.given_up == 1u);
}

BOOST_AUTO_TEST_CASE(an_actor_that_stays_at_a_message_is_hung_though_nothing_waits) {
  start(spec("root", {child("a"), child("b")}));
  const auto old = at("a"), other = at("b");
  dynamic_cast<ActorStats&>(*old->get()).in_handler = true;
  world.advance(limits::liveness_interval + limits::liveness_deadline - 200);
  BOOST_TEST((at("a") == old));
  world.advance(400 + limits::kill_deadline);
  BOOST_TEST((at("a") != old));
  BOOST_TEST((at("b") == other));
}

BOOST_AUTO_TEST_CASE(a_supervisor_that_does_not_look_any_more_is_hung_though_it_is_idle) {
  struct Blind : ProbeActor, SupervisorStats {
    using ProbeActor::ProbeActor;
  };
  start(spec("root", {child("a"), {place_of("x"), ChildKind::permanent, [this](caf::actor_system& system) {
                                     return caf::actor_cast<caf::strong_actor_ptr>(
                                       system.spawn<Blind>(world.context, "x", diary));
                                   }}}));
  const auto old = at("x");
  world.advance(limits::liveness_deadline - 200);
  BOOST_TEST((at("x") == old));
  BOOST_TEST(alive == 0); // without a check of its own it does not count as healthy
  world.advance(limits::liveness_interval + limits::kill_deadline);
  BOOST_TEST((at("x") != old));
}

BOOST_AUTO_TEST_CASE(an_actor_is_in_hand_within_its_handler_and_no_longer) {
  start(spec("root", {child("a")}));
  bool within = false;
  world.context.on_delivery = [&](const Delivery& d) {
    if (d.receiver == place_of("a")) within = dynamic_cast<ActorStats&>(*at("a")->get()).in_handler;
  };
  tell("a", nothing);
  BOOST_TEST(within);
  BOOST_TEST(!dynamic_cast<ActorStats&>(*at("a")->get()).in_handler);
}

BOOST_AUTO_TEST_CASE(an_actor_whose_mailbox_overflows_is_replaced) {
  start(spec("root", {child("a")}));
  const auto old = at("a");
  auto& gauge = dynamic_cast<ActorStats&>(*old->get());
  gauge.mailbox_size += limits::mailbox + 1;
  world.advance(limits::liveness_interval + 200);
  BOOST_TEST((at("a") != old));
  BOOST_TEST(first_failure("root").ends_with("in its mailbox"));
}

BOOST_AUTO_TEST_CASE(the_gauge_of_an_idle_actor_reads_zero) {
  start(spec("root", {child("a")}));
  for (int i = 0; i < 10; ++i) tell("a", nothing);
  world.advance(20'000);
  BOOST_TEST(dynamic_cast<ActorStats&>(*at("a")->get()).mailbox_size == 0);
  BOOST_TEST(dynamic_cast<ActorStats&>(*at("root")->get()).mailbox_size == 0);
}

BOOST_AUTO_TEST_CASE(alive_is_said_once_a_round_and_only_while_everyone_at_every_level_gets_on) {
  start(spec("root", {child("w"), nested(world.context, spec("pipeline", {child("a"), child("b")}), root_role.place)}));
  world.advance(4 * limits::liveness_interval);
  const auto before = alive;
  BOOST_TEST(before >= 4);
  tell("b", get_stuck);
  world.advance(3 * limits::liveness_interval); // first seen stuck, seen again, reported to the root
  const auto stuck = alive;
  BOOST_TEST(stuck == before + 2);
  world.advance(2 * limits::liveness_interval); // replaced by now
  BOOST_TEST(alive > stuck);
}

BOOST_AUTO_TEST_CASE(draining_waits_for_the_submitter_or_its_deadline_then_stops_in_reverse) {
  auto d = duties();
  d.drained_first = place_of("submitter");
  start(spec("root", {child("ledger"), child("submitter"), child("watcher")}), d);
  diary.clear();
  drain(25'000);
  BOOST_TEST((diary == Lines{"submitter drains"}));
  world.tell(root_role, Drained{0});
  BOOST_TEST((diary == Lines{"submitter drains", "end watcher", "end submitter", "end ledger"}));
  BOOST_TEST((ends == Lines{"stopped"}));
}

BOOST_AUTO_TEST_CASE(a_submitter_that_never_says_drained_does_not_hold_up_the_stop) {
  auto d = duties();
  d.drained_first = place_of("submitter");
  start(spec("root", {child("submitter")}), d);
  drain(25'000);
  world.advance(24'999);
  BOOST_TEST(ends.empty());
  world.advance(1);
  BOOST_TEST((ends == Lines{"stopped"}));
}

BOOST_AUTO_TEST_CASE(a_clock_that_is_set_back_does_not_hold_up_the_stop) {
  auto d = duties();
  d.drained_first = place_of("submitter");
  start(spec("root", {child("submitter")}), d);
  const auto deadline = world.clock->now().value + limits::stop_deadline;
  world.clock->advance(-3'600'000);
  world.tell(root_role, Drain{"test", {deadline}});
  world.advance(limits::stop_deadline - 1);
  BOOST_TEST(ends.empty());
  world.advance(1 + limits::tree_stop_deadline);
  BOOST_TEST((ends == Lines{"stopped"}));
}

BOOST_AUTO_TEST_CASE(a_submitter_that_fails_while_draining_is_restarted_and_told_again) {
  auto d = duties();
  d.drained_first = place_of("submitter");
  start(spec("root", {nested(world.context, spec("chain", {child("submitter")}), root_role.place)}), d);
  drain(25'000);
  tell("submitter", fail);
  world.advance(200);
  BOOST_TEST(std::count(diary.begin(), diary.end(), "submitter drains") == 2);
}

BOOST_AUTO_TEST_CASE(an_operator_restarts_a_child_of_a_nested_supervisor_through_the_root) {
  start(spec("root", {nested(world.context, spec("pipeline", {child("a"), child("b")}), root_role.place)}));
  diary.clear();
  world.tell(root_role, RestartChild{place_of("b")});
  BOOST_TEST((diary == Lines{"end b", "start b"}));
  BOOST_TEST(deep("pipeline").failures.empty());
  BOOST_TEST(deep("pipeline").children.at(1).restarts == 0u); // counted like a crash
  BOOST_TEST(deep("pipeline").vitals.restarts == 0u);
}

BOOST_AUTO_TEST_CASE(the_heartbeat_tells_what_is_alive_and_what_the_books_say) {
  world.collect(ledger_role);
  start(spec("root", {child("a"), child("b")}));
  world.advance(3'600'000);
  BOOST_TEST(world.delivered("ledger <- BooksWanted") == 1u);
  world.tell(root_role, BooksSummary{12, 10, 0, 1, 1, 0, Uallo{1234}, Decimal{"5.5"}, Height{900}});
  BOOST_TEST(world.delivered("root <- Heartbeat(\"3 actors, 0 restarts\", \"12 windows, 10 confirmed") == 1u);
}

BOOST_AUTO_TEST_CASE(a_heartbeat_goes_out_even_when_the_ledger_is_silent) {
  start(spec("root", {child("a")}));
  world.advance(3'600'000 + limits::books_deadline);
  BOOST_TEST(world.delivered("the ledger did not answer") == 1u);
}

BOOST_AUTO_TEST_CASE(in_every_interleaving_a_failing_tree_comes_back_whole) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    std::vector<std::string> story;
    VirtualActorSystem w(seed);
    const auto probe = [&](const std::string& name) {
      return ChildSpec{place_of(name), ChildKind::permanent, [&, name](caf::actor_system& system) {
                         return caf::actor_cast<caf::strong_actor_ptr>(system.spawn<ProbeActor>(w.context, name, story));
                       }};
    };
    auto below = spec("pipeline", {probe("a"), probe("b"), probe("c")});
    below.policy.strategy = seed % 2 ? Strategy::rest_for_one : Strategy::one_for_all;
    auto s = spec("root", {probe("w"), nested(w.context, below, root_role.place)});
    spawn_supervisor(w.system, w.context, s, duties());
    for (auto name : {"a", "c", "b", "w"})
      if (const auto actor = w.context.directory->find(place_of(name)))
        caf::anon_send(caf::actor_cast<Probe>(actor), Tick{fail});
    w.advance(20'000);
    for (auto name : {"root", "w", "pipeline", "a", "b", "c"})
      BOOST_TEST((w.context.directory->find(place_of(name)) != nullptr), "seed " << seed << ": " << name);
    BOOST_TEST(ends.empty(), "seed " << seed);
    w.kill_all_actors();
    ends.clear(); // that was the root's end, too
  }
}

BOOST_AUTO_TEST_SUITE_END()
