#define BOOST_TEST_MODULE one_hand
#include "runtime/daemon/one_hand.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>
#include <future>
#include <set>

using namespace inferd;

namespace {

struct Config : caf::actor_system_config {
  Config() {
    load<caf::scheduler::coordinator<OneHand>>();
    set("scheduler.max-threads", std::size_t{2});
  }
};

/// Real threads: this is about them. Every wait ends by an event, with a deadline only where the test would fail.
struct Fixture {
  Config config;
  caf::actor_system system{config};
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
  const auto first = system.spawn([&](caf::event_based_actor* self) -> caf::behavior {
    return {[&, self](int left) { step(self, second, left); }};
  });
  second = system.spawn([&](caf::event_based_actor* self) -> caf::behavior {
    return {[&, self](int left) { step(self, first, left); }};
  });
  caf::anon_send(first, 200);
  BOOST_TEST(within_a_minute(done.get_future()).size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_handler_that_hangs_does_not_stop_the_others, Fixture) {
  std::promise<void> hanging, release, answered;
  const auto hung = system.spawn([&](caf::event_based_actor*) -> caf::behavior {
    return {[&](int) { hanging.set_value(), release.get_future().wait(); }};
  });
  const auto other = system.spawn([&](caf::event_based_actor*) -> caf::behavior {
    return {[&](int) { answered.set_value(); }};
  });
  caf::anon_send(hung, 1);
  within_a_minute(hanging.get_future());
  caf::anon_send(other, 0);
  within_a_minute(answered.get_future());
  release.set_value();
}
