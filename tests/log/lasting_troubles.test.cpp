#define BOOST_TEST_MODULE lasting_troubles
#include "runtime/log/lasting_troubles.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

const TopicId one{1}, two{2};

AskFailed failed(Request request, Verdict verdict) { return {request, one, {}, {}, verdict, "why"}; }

} // namespace

BOOST_AUTO_TEST_CASE(a_lasting_state_is_logged_at_its_change_and_hourly) { // "not registered" came every few seconds
  RepeatedLines lines;
  const Instant t{1'700'000'000'000};
  const auto at = [&](std::int64_t s) { return Instant{t.value + 1'000 * s}; };
  BOOST_TEST(lines.due("outside 1", at(0)));
  BOOST_TEST(lines.due("outside 2", at(0)));
  for (int s = 1; s < 3'600; s += 7) BOOST_TEST(!lines.due("outside 1", at(s)));
  BOOST_TEST(lines.due("outside 1", at(3'600)));
  BOOST_TEST(!lines.due("outside 1", at(3'601)));
  lines.over("outside 1");
  BOOST_TEST(lines.due("outside 1", at(3'602)));
  BOOST_TEST(lines.due("outside 1", at(-7'200))); // the clock was set back
}

BOOST_AUTO_TEST_CASE(a_topic_s_trouble_is_repeated_until_the_chain_says_that_it_is_over) {
  LastingTroubles troubles;
  const Instant t{1'700'000'000'000};
  const RegistrationWanted unregistered{one};
  const auto missing = failed(Request::AskWindow, Verdict::NoSuchTopic);
  BOOST_TEST(!troubles.repeats(unregistered, t));
  BOOST_TEST(troubles.repeats(unregistered, t));
  BOOST_TEST(!troubles.repeats(RegistrationWanted{two}, t)); // each topic has its own
  BOOST_TEST(!troubles.repeats(missing, t));                 // and each of its troubles
  BOOST_TEST(troubles.repeats(missing, t));
  WindowStatusArrived status;
  status.topic = one;
  BOOST_TEST(!troubles.repeats(status, t)); // there, and not registered
  BOOST_TEST(!troubles.repeats(missing, t));
  BOOST_TEST(troubles.repeats(unregistered, t));
  status.is_registered = true;
  troubles.repeats(status, t);
  BOOST_TEST(!troubles.repeats(unregistered, t));
}

BOOST_AUTO_TEST_CASE(other_messages_repeat_nothing) {
  LastingTroubles troubles;
  const auto timeout = failed(Request::AskWindow, Verdict::NoAnswer), block = failed(Request::AskBlock, Verdict::NoSuchTopic);
  for (int i = 0; i < 2; ++i) {
    BOOST_TEST(!troubles.repeats(timeout, {}));
    BOOST_TEST(!troubles.repeats(block, {}));
    BOOST_TEST(!troubles.repeats(one, {}));
  }
}
