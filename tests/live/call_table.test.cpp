#define BOOST_TEST_MODULE call_table
#include "runtime/live/call_table.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

CallTable::Call call(std::string method, std::int64_t deadline) { return {std::move(method), 0, deadline, {}}; }

} // namespace

BOOST_AUTO_TEST_CASE(a_call_is_taken_once) {
  CallTable table(4);
  table.add(7, call("status", 100));
  BOOST_TEST(table.take(7)->method == "status");
  BOOST_TEST(!table.take(7));
  BOOST_TEST(!table.take(8));
}

BOOST_AUTO_TEST_CASE(calls_expire_in_the_order_of_their_deadlines_and_answered_ones_do_not) {
  CallTable table(4);
  table.add(1, call("late", 300));
  table.add(2, call("answered", 150));
  table.add(3, call("second", 200));
  table.add(4, call("first", 100));
  table.take(2);
  const auto expired = table.expire(200);
  BOOST_REQUIRE_EQUAL(expired.size(), 2u);
  BOOST_TEST(expired[0].method == "first");
  BOOST_TEST(expired[1].method == "second");
  BOOST_TEST(*table.next_deadline() == 300);
}

BOOST_AUTO_TEST_CASE(there_is_nothing_to_wait_for_when_all_are_answered) {
  CallTable table(4);
  table.add(1, call("status", 100));
  table.take(1);
  BOOST_TEST(!table.next_deadline());
}

BOOST_AUTO_TEST_CASE(the_end_of_a_socket_gives_all_back_in_the_order_sent) {
  CallTable table(4);
  for (const std::uint64_t id : {3, 1, 2}) table.add(id, call(std::to_string(id), 100 - static_cast<std::int64_t>(id)));
  const auto all = table.clear();
  BOOST_REQUIRE_EQUAL(all.size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) BOOST_TEST(all[i].method == std::to_string(i + 1));
  BOOST_TEST(table.size() == 0u);
  BOOST_TEST(table.expire(1'000).empty());
}

BOOST_AUTO_TEST_CASE(a_table_is_full_at_its_bound_and_answers_make_room) {
  CallTable table(2);
  table.add(1, call("a", 100));
  table.add(2, call("b", 100));
  BOOST_TEST(table.full());
  table.take(1);
  BOOST_TEST(!table.full());
}

BOOST_AUTO_TEST_CASE(many_answered_calls_do_not_disturb_the_deadline_of_an_open_one) {
  CallTable table(4);
  table.add(0, call("open", 5'000));
  for (std::uint64_t id = 1; id < 1'000; ++id) {
    table.add(id, call("answered", 9'000));
    table.take(id);
  }
  BOOST_TEST(*table.next_deadline() == 5'000);
  BOOST_TEST(table.expire(5'000).size() == 1u);
}
