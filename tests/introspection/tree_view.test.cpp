#define BOOST_TEST_MODULE tree_view
#include "actors/ledger/ledger.hpp"
#include "actors/supervisor/supervisor.hpp"
#include "runtime/admin/health_report.hpp"
#include "runtime/admin/routes.hpp"
#include "runtime/introspection/tree_view.hpp"
#include "runtime/books/memory_books.hpp"

#include <algorithm>
#include <atomic>
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <future>
#include <thread>

using namespace inferd;

namespace {

struct Config : caf::actor_system_config {
  Config() {
    set("scheduler.max-threads", 2);
    register_messages(*this);
  }
};

struct FixedTestClock : ClockPort {
  Instant now() const override { return {1'700'000'000'000}; }
};

const Place hung = feature_of({"btcusd"}).place, mute{PlaceKind::predictor, TopicId{67}};
const auto timer = timer_of(TopicId{67}).place;

struct Worker : ActorBase<Inspectable::base> {
  using ActorBase::ActorBase;
  static inline std::atomic<bool> gate_shut = false; ///< while it is, the first actor at `hung` stays in its handler
  static inline std::atomic<bool> gate_met = false;
  Inspectable::behavior_type make_behavior() override {
    return {[this](const Inspect&) -> caf::result<Inspection> {
      if (place() == mute) return make_response_promise<Inspection>();
      if (place() == hung && !gate_met.exchange(true)) gate_shut.wait(true);
      return shown(WatcherView{true, Height{7}, {}, {}});
    }};
  }
};

/// Opens the gate also when the test fails: the actor system's destructor waits for the blocked actor.
struct ShutGate {
  ShutGate() { Worker::gate_shut = true; }
  ~ShutGate() {
    Worker::gate_shut = false;
    Worker::gate_shut.notify_all();
  }
};

/// A real actor system with threads, as in the daemon.
struct Fixture {
  ActorContext context{std::make_shared<FixedTestClock>()};
  std::promise<void> stopped;
  std::atomic<bool> alive = false;
  Config config;
  caf::actor_system system{config};
  std::shared_ptr<TreePort> tree = tree_of(system, context);
  AdminHandler ask = admin_routes(tree, [](const std::string&) { return true; });

  ChildSpec worker(const Place& place) {
    return {place, ChildKind::permanent, [this, place](caf::actor_system& s) {
              return caf::actor_cast<caf::strong_actor_ptr>(s.spawn<Worker>(context, place));
            }};
  }
  void start(std::vector<ChildSpec> children, std::int64_t liveness_deadline_ms = limits::liveness_deadline) {
    SupervisorSpec below, root;
    below.place = {PlaceKind::topic, TopicId{67}};
    below.children = std::move(children);
    root.place = root_role.place;
    root.own_thread = true;
    root.liveness_interval_ms = below.liveness_interval_ms = 10;
    below.liveness_deadline_ms = liveness_deadline_ms;
    root.children = {worker(watcher_role.place), nested(context, below, root_role.place)};
    RootDuties duties;
    duties.drained_first.reset();
    duties.on_alive = [this](Instant) { alive = true; };
    duties.on_stopped = [this] { stopped.set_value(); };
    spawn_supervisor(system, context, root, duties);
    const auto last = below.children.back().place;
    while (!context.directory->find(last)) std::this_thread::yield();
    while (last != mute && !alive) std::this_thread::yield();
  }
  ~Fixture() {
    caf::anon_send(context.directory->find(root_role), Drain{"test", {}});
    stopped.get_future().wait();
    context.directory->clear();
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(tree_view, Fixture)

BOOST_AUTO_TEST_CASE(the_admin_port_sees_the_whole_tree_at_work) {
  start({worker(timer)});
  const auto answer = ask({"GET", "/tree"});
  BOOST_TEST(answer.status == 200u);
  const auto t = boost::json::parse(answer.body);
  BOOST_TEST(t.at("children").at(0).at("name").as_string() == "watcher");
  BOOST_TEST(t.at("children").at(1).at("tree").at("children").at(0).at("name").as_string() == "timer/67");
  BOOST_TEST(t.at("vitals").at("actors").as_int64() == 4);
  BOOST_TEST(boost::json::parse(ask({"GET", "/inspect/watcher"}).body).at("state").at("head").as_int64() == 7);
  BOOST_TEST(boost::json::parse(ask({"GET", "/ps"}).body).as_array().size() == 4u);
}

BOOST_AUTO_TEST_CASE(the_tree_tells_what_is_in_the_books) {
  const auto store = std::make_shared<MemoryBooks>();
  const Wallet wallet{"allo1x"};
  store->write(wallet, MissedWindow{{67}, {900}, {915}, "inferd was not watching", {1'700'000'000'000}});
  start({{ledger_role.place, ChildKind::permanent, [&](caf::actor_system& s) {
            return caf::actor_cast<caf::strong_actor_ptr>(spawn_ledger(s, context, {.wallet = wallet}, store, false));
          }}});
  const auto summary = look(*tree).books;
  BOOST_REQUIRE(summary.has_value());
  BOOST_TEST(summary->missed == 1u);
}

/// Books whose disk takes as long as the gate is shut.
struct SlowDisk : MemoryBooks {
  std::atomic<bool> shut = true, met = false;
  void transaction(const std::function<void()>& f) override {
    met = true;
    met.notify_all();
    shut.wait(true);
    MemoryBooks::transaction(f);
  }
  void open() {
    shut = false;
    shut.notify_all();
  }
};

BOOST_AUTO_TEST_CASE(nobody_waits_for_the_disk_with_the_ledger) {
  static std::atomic<std::int64_t> ns;
  ns = 1;
  context.monotonic_ns = [] { return ns.load(); };
  tree = tree_of(system, context);
  const auto store = std::make_shared<SlowDisk>();
  const Wallet wallet{"allo1x"};
  start({{ledger_role.place, ChildKind::permanent, [&](caf::actor_system& s) {
            return caf::actor_cast<caf::strong_actor_ptr>(spawn_ledger(s, context, {.wallet = wallet}, store, true));
          }}});
  const struct Opened { // also when the test fails: the actor system's destructor waits for the ledger
    SlowDisk& disk;
    ~Opened() { disk.open(); }
  } opened{*store};
  caf::anon_send(context.directory->find(ledger_role), WindowSkipped{{67}, {900}, "not due"});
  store->met.wait(false);
  const auto state = look(*tree); // while the ledger blocks
  BOOST_REQUIRE(state.books.has_value());
  BOOST_TEST(state.books->skipped == 0u);
  BOOST_TEST(health_report(state).at("healthy").as_bool());
  ns += 1'000'000 * limits::admin_answer_deadline + 1;
  BOOST_TEST(health_report(look(*tree)).at("reason").as_string() == "'ledger' does not answer"); // it hangs
  store->open();
  while (look(*tree).books.value_or(BooksSummary{}).skipped == 0) std::this_thread::yield();
}

BOOST_AUTO_TEST_CASE(an_operators_restart_replaces_the_actor_and_is_no_failure) {
  start({worker(timer)});
  const auto old = context.directory->find(timer);
  BOOST_TEST(ask({"POST", "/restart/timer/67"}).status == 202u);
  for (auto now = old; !now || now == old; now = context.directory->find(timer)) std::this_thread::yield();
  const auto rows = boost::json::parse(ask({"GET", "/ps"}).body).as_array();
  const auto row =
    std::find_if(rows.begin(), rows.end(), [](const auto& r) { return r.at("place").as_string() == "timer/67"; });
  BOOST_REQUIRE(row != rows.end());
  BOOST_TEST(row->at("restarts").as_int64() == 0);
}

BOOST_AUTO_TEST_CASE(an_actor_that_does_not_come_out_of_its_handler_is_replaced) {
  const ShutGate gate;
  start({worker(timer), worker(hung)}, 200);
  const auto old = context.directory->find(hung);
  caf::anon_send(caf::actor_cast<Inspectable>(old), Inspect{});
  for (auto now = old; !now || now == old; now = context.directory->find(hung)) std::this_thread::yield();
  const auto below = boost::json::parse(ask({"GET", "/inspect/topic/67"}).body).at("state");
  const auto why = std::string(below.at("failures").at(0).at("reason").as_string());
  BOOST_TEST(why == "has been handling one message for more than 200 ms");
  BOOST_TEST(below.at("vitals").at("given_up").as_int64() == 1);
}

BOOST_AUTO_TEST_CASE(an_actor_that_does_not_answer_costs_the_patience_once_and_is_named) {
  start({worker(timer), worker(mute)});
  const auto answer = ask({"GET", "/health"});
  BOOST_TEST(answer.status == 503u);
  BOOST_TEST(std::string(boost::json::parse(answer.body).at("reason").as_string()) == "'predictor/67' does not answer");
  BOOST_TEST(ask({"GET", "/inspect/predictor/67"}).status == 504u);
}

BOOST_AUTO_TEST_SUITE_END()
