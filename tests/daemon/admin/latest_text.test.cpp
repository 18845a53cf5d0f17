#define BOOST_TEST_MODULE latest_text
#include "runtime/daemon/admin/latest_text.hpp"

#include <boost/test/unit_test.hpp>
#include <future>
#include <stdexcept>

using namespace inferd;

namespace {

constexpr std::int64_t minute = 60'000;

std::string text_of(const std::optional<LatestText::Result>& r) {
  if (!r) return "none";
  if (const auto* failed = std::get_if<LatestText::Failed>(&*r)) return "failed: " + failed->reason;
  return std::get<std::string>(*r);
}

std::int64_t still() { return 0; }

} // namespace

BOOST_AUTO_TEST_CASE(nothing_is_made_before_somebody_asks_and_a_fresh_text_is_not_made_again) {
  std::atomic<int> made = 0;
  std::atomic<std::int64_t> now = 0;
  LatestText latest([&](const auto&) { return std::to_string(++made); }, {.fresh_ms = 5, .stale_ms = 5, .wait_ms = minute},
                    [&] { return now.load(); });
  BOOST_TEST(made == 0);
  for (now = 0; now <= 5; ++now) BOOST_TEST(text_of(latest.get()) == "1");
  BOOST_TEST(made == 1);
}

BOOST_AUTO_TEST_CASE(a_stale_text_is_not_given_out) {
  int made = 0;
  std::atomic<std::int64_t> now = 0;
  LatestText latest([&](const auto&) { return std::to_string(++made); }, {.fresh_ms = 5, .stale_ms = 5, .wait_ms = minute},
                    [&] { return now.load(); });
  for (int i = 1; i <= 3; ++i, now += 6) BOOST_TEST(text_of(latest.get()) == std::to_string(i));
}

BOOST_AUTO_TEST_CASE(an_older_text_is_given_out_at_once_while_a_new_one_is_made) {
  std::promise<void> begun, go_on;
  int made = 0;
  LatestText latest(
    [&](const auto&) {
      if (++made == 2) begun.set_value(), go_on.get_future().wait();
      return std::to_string(made);
    },
    {.fresh_ms = -1, .stale_ms = minute, .wait_ms = minute}, still);
  BOOST_TEST(text_of(latest.get()) == "1");
  latest.get(); // asks for the second, if the first has not yet
  begun.get_future().wait();
  BOOST_TEST(text_of(latest.get()) == "1");
  go_on.set_value();
}

BOOST_AUTO_TEST_CASE(who_asks_does_not_wait_longer_than_said) {
  std::promise<void> go_on;
  LatestText latest(
    [&](const auto&) {
      go_on.get_future().wait();
      return std::string("late");
    },
    {.fresh_ms = minute, .stale_ms = minute, .wait_ms = 1}, still);
  BOOST_TEST(text_of(latest.get()) == "none");
  go_on.set_value();
}

BOOST_AUTO_TEST_CASE(a_failure_is_the_answer) {
  LatestText latest([](const auto&) -> std::string { throw std::runtime_error("the books are damaged"); },
                    {.fresh_ms = minute, .stale_ms = minute, .wait_ms = minute}, still);
  BOOST_TEST(text_of(latest.get()) == "failed: the books are damaged");
}

BOOST_AUTO_TEST_CASE(the_end_stops_the_making) {
  std::promise<void> begun;
  {
    LatestText latest(
      [&](const std::atomic<bool>& stopped) {
        begun.set_value();
        while (!stopped) std::this_thread::yield();
        return std::string();
      },
      {.fresh_ms = minute, .stale_ms = minute, .wait_ms = 1}, still);
    latest.get();
    begun.get_future().wait();
  }
}
