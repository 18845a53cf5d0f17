#define BOOST_TEST_MODULE single_worker_scheduler
#include "runtime/daemon/single_worker_scheduler.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>
#include <future>
#include <set>

using namespace inferd;

namespace {

struct Config : caf::actor_system_config {
  Config() {
    load<SingleWorkerScheduler>();
    set("scheduler.max-threads", std::size_t{2});
  }
};

/// Real threads. Every wait ends by an event; the deadlines only fail the test.
struct Fixture {
  Config config;
  caf::actor_system system{config};
  SingleWorkerScheduler& scheduler = static_cast<SingleWorkerScheduler&>(system.scheduler());
  template <class T> T within_a_minute(std::future<T> f) {
    BOOST_REQUIRE(f.wait_for(std::chrono::minutes(1)) == std::future_status::ready);
    return f.get();
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(actors_that_send_to_each_other_stay_on_one_thread, Fixture) {
  std::promise<std::set<std::thread::id>> done;
  std::set<std::thread::id> threads;
  const auto step = [&](caf::event_based_actor* self, const caf::actor& next, int left) {
    threads.insert(std::this_thread::get_id());
    if (left > 0) self->send(next, left - 1);
    else done.set_value(threads);
  };
  caf::actor second;
  const auto primary = system.spawn(
    [&](caf::event_based_actor* self) -> caf::behavior { return {[&, self](int left) { step(self, second, left); }}; });
  second = system.spawn(
    [&](caf::event_based_actor* self) -> caf::behavior { return {[&, self](int left) { step(self, primary, left); }}; });
  caf::anon_send(primary, 200);
  BOOST_TEST(within_a_minute(done.get_future()).size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_handler_that_hangs_does_not_stop_the_others, Fixture) {
  std::promise<void> hanging, release, answered;
  scheduler.set_standby_interval(std::chrono::milliseconds(50));
  const auto hung = system.spawn(
    [&](caf::event_based_actor*) -> caf::behavior { return {[&](int) { hanging.set_value(), release.get_future().wait(); }}; });
  const auto other =
    system.spawn([&](caf::event_based_actor*) -> caf::behavior { return {[&](int) { answered.set_value(); }}; });
  caf::anon_send(hung, 1);
  within_a_minute(hanging.get_future());
  caf::anon_send(other, 0);
  within_a_minute(answered.get_future());
  release.set_value();
}

BOOST_FIXTURE_TEST_CASE(timeouts_fire_in_order_on_the_primary, Fixture) {
  std::promise<std::vector<int>> done;
  std::vector<int> seen;
  std::set<std::thread::id> threads;
  system.spawn([&](caf::event_based_actor* self) -> caf::behavior {
    self->delayed_send(self, std::chrono::milliseconds(20), 2); // a later and an earlier timeout follow
    self->delayed_send(self, std::chrono::milliseconds(30), 3);
    self->delayed_send(self, std::chrono::milliseconds(10), 1);
    return {[&](int n) {
      threads.insert(std::this_thread::get_id());
      seen.push_back(n);
      if (n == 3) done.set_value(seen);
    }};
  });
  BOOST_TEST(within_a_minute(done.get_future()) == (std::vector{1, 2, 3}), boost::test_tools::per_element());
  BOOST_TEST(threads.size() == 1u);
}

BOOST_AUTO_TEST_CASE(on_idle_is_called_after_a_burst_on_the_primary) {
  std::promise<std::thread::id> worked, idled;
  std::atomic<int> idle_calls = 0, left = 200;
  int at_first = -1, at_last = -1;
  Fixture f;
  f.scheduler.on_idle([&] {
    ++idle_calls;
    if (left == 0) --left, idled.set_value(std::this_thread::get_id());
  });
  caf::actor second;
  const auto step = [&](caf::event_based_actor* self, const caf::actor& next) { // one job each
    if (at_first < 0) at_first = idle_calls;
    if (left > 1) return --left, self->send(next, 0);
    at_last = idle_calls;
    worked.set_value(std::this_thread::get_id());
    left = 0;
  };
  const auto primary =
    f.system.spawn([&](caf::event_based_actor* self) -> caf::behavior { return {[&, self](int) { step(self, second); }}; });
  second =
    f.system.spawn([&](caf::event_based_actor* self) -> caf::behavior { return {[&, self](int) { step(self, primary); }}; });
  caf::anon_send(primary, 0);
  BOOST_TEST((f.within_a_minute(worked.get_future()) == f.within_a_minute(idled.get_future())));
  BOOST_TEST(at_last == at_first);
}

BOOST_FIXTURE_TEST_CASE(a_timeout_set_by_another_thread_shortens_the_wait, Fixture) {
  std::promise<void> waiting, fired;
  const auto actor = system.spawn([&](caf::event_based_actor* self) -> caf::behavior {
    self->delayed_send(self, std::chrono::hours(1), 1);
    waiting.set_value();
    return {[&, self](int) { fired.set_value(), self->quit(); }}; // otherwise the first timeout keeps the actor for an hour
  });
  within_a_minute(waiting.get_future());
  caf::scoped_actor outside{system};
  outside->delayed_send(actor, std::chrono::milliseconds(1), 2);
  within_a_minute(fired.get_future());
}

BOOST_FIXTURE_TEST_CASE(a_request_to_an_actor_that_hangs_times_out, Fixture) {
  std::promise<void> hanging, release, timed_out;
  scheduler.set_standby_interval(std::chrono::milliseconds(50));
  const auto hung = system.spawn([&](caf::event_based_actor* self) -> caf::behavior {
    return {[&, self](int) {
      hanging.set_value(), release.get_future().wait(), self->quit();
      return 0;
    }};
  });
  caf::anon_send(hung, 1);
  within_a_minute(hanging.get_future());
  system.spawn([&](caf::event_based_actor* self) {
    self->request(hung, std::chrono::milliseconds(300), 2)
      .then([](int) {},
            [&](const caf::error& e) {
              if (e == caf::sec::request_timeout) timed_out.set_value();
            });
  });
  within_a_minute(timed_out.get_future());
  release.set_value();
}
