#define BOOST_TEST_MODULE supervision
// The running tree is the one that `inferd config show` prints; repeated failures of an actor end the process.
#include "runtime/books/memory_books.hpp"
#include "actors/supervisor/supervision_plan.hpp"
#include "tests/support/test_network.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

/// Seconds until the tree gives up when every message to `victim` throws; nullopt: not within two minutes.
std::optional<int> gives_up_after(const Place& victim) {
  test::TestNetwork network({}, std::make_shared<MemoryBooks>());
  network.start();
  network.actors.context.on_delivery = [&](const Delivery& d) {
    if (d.receiver == victim) throw std::runtime_error("struck by the test");
  };
  for (int s = 0; s < 120; ++s) {
    if (!network.exhausted.empty()) {
      BOOST_TEST(network.exhausted.starts_with("root: more than 5 failures within 60 s"), network.exhausted);
      return s;
    }
    network.block();
  }
  return {};
}

} // namespace

BOOST_AUTO_TEST_CASE(an_actor_that_cannot_be_repaired_ends_the_process_within_half_a_minute_wherever_it_is) {
  for (const auto& victim : {ledger_role.place, submitter_role.place, watcher_role.place, timer_of(TopicId{1}).place,
                             fetcher_of({"btcusd"}).place}) {
    const auto seconds = gives_up_after(victim);
    BOOST_REQUIRE_MESSAGE(seconds, to_string(victim));
    BOOST_TEST(*seconds <= 40, to_string(victim) << " " << *seconds);
  }
}

BOOST_AUTO_TEST_CASE(the_running_tree_is_the_planned_one) {
  test::TestNetwork network({}, std::make_shared<MemoryBooks>());
  network.start();
  network.blocks(1);
  for (const auto& plan : supervision({{"btcusd"}}, {TopicId{1}})) {
    const auto shown = network.actors.inspect(plan.place, true);
    BOOST_REQUIRE(shown);
    const auto& view = std::get<SupervisorView>(shown->state);
    BOOST_TEST((view.policy == plan.policy));
    std::vector<std::pair<Place, ChildKind>> running, planned;
    for (const auto& c : view.children) running.emplace_back(c.name, c.kind);
    for (const auto& c : plan.children) planned.emplace_back(c.place, c.kind);
    BOOST_TEST((running == planned));
  }
  for (const auto& child : make_tree(network.actors.context, network.plan).children) {
    const auto plans = supervision({{"btcusd"}}, {TopicId{1}});
    const auto& planned = plans.front().children;
    const auto it = std::find_if(planned.begin(), planned.end(), [&](const auto& c) { return c.place == child.place; });
    BOOST_REQUIRE(it != planned.end());
    BOOST_TEST(child.stop_deadline_ms == it->stop_deadline_ms);
  }
}

BOOST_AUTO_TEST_CASE(what_is_printed_names_every_supervisor_and_child_with_its_policy) {
  const auto text = supervision_text(supervision({{"btcusd"}}, {TopicId{1}, TopicId{67}}));
  for (const auto* part :
       {"root: one_for_one, 5 restarts in 60 s", "backoff 100 ms doubling to 10000 ms, jitter 20 %", "ledger",
        "chain          permanent supervisor, 7000 ms to stop", "topic/67: one_for_one", "feed/btcusd/1h: one_for_one",
        "fetcher/btcusd/1h permanent, 2000 ms to stop", "timer/67       permanent, 2000 ms to stop", "25000 ms to drain"})
    BOOST_TEST(text.find(part) != text.npos, part);
}
