#define BOOST_TEST_MODULE worker
#include "runtime/market/worker.hpp"

#include <boost/test/unit_test.hpp>
#include <future>
#include <thread>
#include <vector>

using namespace inferd::market;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_CASE(tasks_run_on_another_thread_in_their_order) {
  auto worker = make_thread_worker();
  std::vector<int> order;
  std::promise<std::thread::id> last;
  for (int i = 0; i < 100; ++i) worker->post([&order, i] { order.push_back(i); });
  worker->post([&last] { last.set_value(std::this_thread::get_id()); });
  auto done = last.get_future();
  BOOST_REQUIRE(done.wait_for(10s) == std::future_status::ready);
  BOOST_TEST((done.get() != std::this_thread::get_id()));
  worker->stop();
  BOOST_REQUIRE_EQUAL(order.size(), 100u);
  for (int i = 0; i < 100; ++i) BOOST_TEST(order[std::size_t(i)] == i);
}

BOOST_AUTO_TEST_CASE(after_stop_nothing_runs_and_what_waited_is_dropped) {
  for (auto worker : {make_thread_worker(), make_inline_worker()}) {
    worker->stop();
    auto held = std::make_shared<int>(0);
    worker->post([held] { ++*held; });
    BOOST_TEST(*held == 0);
    BOOST_TEST(held.use_count() == 1);
    worker->stop();
  }
}

BOOST_AUTO_TEST_CASE(a_task_may_drop_the_worker_it_runs_on) {
  auto worker = make_thread_worker();
  std::promise<void> dropped, started;
  auto* raw = worker.get();
  raw->post([&, held = std::make_shared<std::shared_ptr<Worker>>(std::move(worker))] {
    held->reset();
    dropped.set_value();
  });
  BOOST_TEST((dropped.get_future().wait_for(10s) == std::future_status::ready));
}

BOOST_AUTO_TEST_CASE(inline_tasks_posted_from_a_task_run_after_it) {
  auto worker = make_inline_worker();
  std::vector<int> order;
  worker->post([&] {
    worker->post([&] { order.push_back(2); });
    order.push_back(1);
  });
  BOOST_TEST((order == std::vector{1, 2}));
}
