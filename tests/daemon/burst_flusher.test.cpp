#define BOOST_TEST_MODULE burst_flusher
#include "runtime/daemon/burst_flusher.hpp"

#include <boost/test/unit_test.hpp>
#include <future>

using namespace inferd;

// Real threads. Every wait ends by an event; the deadlines only fail the test.

BOOST_AUTO_TEST_CASE(a_request_is_flushed_on_another_thread) {
  std::promise<std::thread::id> flushed;
  BurstFlusher flusher([&] { flushed.set_value(std::this_thread::get_id()); });
  flusher.request();
  auto on = flushed.get_future();
  BOOST_REQUIRE(on.wait_for(std::chrono::minutes(1)) == std::future_status::ready);
  BOOST_TEST((on.get() != std::this_thread::get_id()));
}

BOOST_AUTO_TEST_CASE(requests_during_a_flush_share_the_next_one) {
  std::promise<void> begun, release;
  int flushes = 0;
  {
    BurstFlusher flusher([&] {
      if (++flushes == 1) begun.set_value(), release.get_future().wait();
    });
    flusher.request();
    BOOST_REQUIRE(begun.get_future().wait_for(std::chrono::minutes(1)) == std::future_status::ready);
    for (int i = 0; i < 100; ++i) flusher.request();
    release.set_value();
  }
  BOOST_TEST(flushes == 2);
}

BOOST_AUTO_TEST_CASE(the_destructor_flushes_what_was_requested_and_nothing_else) {
  int flushes = 0;
  {
    BurstFlusher unused([&] { ++flushes; });
  }
  BOOST_TEST(flushes == 0);
  {
    BurstFlusher flusher([&] { ++flushes; });
    flusher.request();
  }
  BOOST_TEST(flushes == 1);
}
