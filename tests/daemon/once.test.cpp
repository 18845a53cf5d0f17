#define BOOST_TEST_MODULE daemon_once
#include "runtime/daemon/once.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

BookOutcome end_of(std::uint64_t topic, std::int64_t nonce, Status status, std::string reason = {}) {
  return {.topic = TopicId{topic}, .nonce = Height{nonce}, .status = status, .reason = std::move(reason)};
}

} // namespace

BOOST_AUTO_TEST_CASE(any_end_of_a_window_counts_and_the_code_says_which) { // a missed window left `once` waiting for ever
  const std::pair<Status, int> codes[] = {
    {Status::confirmed, 0}, {Status::dry_run, 0}, {Status::refused, 4}, {Status::missed, 5}, {Status::skipped, 6}};
  for (const auto& [status, code] : codes) BOOST_TEST_CONTEXT(code) {
      Once once;
      once.expect({TopicId{1}});
      once.connected(Height{90});
      BOOST_TEST(once.ended(end_of(1, 100, status, "why"), Height{110}));
      BOOST_TEST(once.code() == code);
      BOOST_TEST(once.unanswered().empty() == (code == 0));
    }
}

BOOST_AUTO_TEST_CASE(the_worst_of_several_topics_is_the_code_and_each_is_named) {
  Once once;
  once.expect({TopicId{1}, TopicId{2}, TopicId{3}});
  once.connected(Height{90});
  BOOST_TEST(!once.ended(end_of(2, 100, Status::missed, "tiingo: HTTP 403"), Height{110}));
  BOOST_TEST(!once.ended(end_of(2, 120, Status::confirmed), Height{130})); // only the first end of a topic counts
  BOOST_TEST(!once.ended(end_of(1, 100, Status::confirmed), Height{110}));
  BOOST_TEST(once.unanswered() == "topic 2: missed, tiingo: HTTP 403; topic 3: no window ended");
  BOOST_TEST(once.ended(end_of(3, 101, Status::refused), Height{111}));
  BOOST_TEST(once.code() == Once::missed);
  BOOST_TEST(once.unanswered() == "topic 2: missed, tiingo: HTTP 403; topic 3: refused");
}

BOOST_AUTO_TEST_CASE(what_ended_before_this_run_does_not_count) {
  Once once;
  once.expect({TopicId{1}});
  BOOST_TEST(!once.ended(end_of(1, 100, Status::missed), Height{110})); // no connection yet: resolved from the books
  once.connected(Height{200});
  once.connected(Height{50});                                           // a reconnect changes nothing
  BOOST_TEST(!once.ended(end_of(1, 150, Status::missed), Height{160})); // a gap before the start
  BOOST_TEST(!once.ended(end_of(1, 0, Status::confirmed), {}));         // a registration
  BOOST_TEST(once.code() == Once::stopped);
  BOOST_TEST(!once.ended(end_of(1, 195, Status::missed), Height{205})); // was open at the start, for an unknown rest
  BOOST_TEST(once.ended(end_of(1, 195, Status::confirmed), Height{205}));
}
