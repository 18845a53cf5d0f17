#define BOOST_TEST_MODULE backoff
#include "messages/backoff.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

BOOST_AUTO_TEST_CASE(the_wait_doubles_up_to_the_longest) {
  constexpr Backoff backoff{.first_ms = 100, .longest_ms = 1'000};
  const std::int64_t wanted[] = {100, 200, 400, 800, 1'000, 1'000};
  for (std::uint32_t failures = 1; failures <= 6; ++failures) BOOST_TEST(backoff.wait(failures) == wanted[failures - 1]);
  BOOST_TEST(backoff.wait(UINT32_MAX) == 1'000);
}

BOOST_AUTO_TEST_CASE(the_longest_bounds_the_first_and_nothing_overflows) {
  BOOST_TEST((Backoff{.first_ms = 100, .longest_ms = 50}.wait(1)) == 50);
  BOOST_TEST((Backoff{.first_ms = 3, .longest_ms = INT64_MAX / 100}.wait(63)) == INT64_MAX / 100);
  BOOST_TEST((Backoff{.first_ms = 0, .longest_ms = 1'000}.wait(UINT32_MAX)) == 0);
  BOOST_TEST(Backoff{}.wait(5, 0.5) == 0);
}

BOOST_AUTO_TEST_CASE(jitter_stays_within_its_shares) {
  constexpr Backoff both{.first_ms = 100, .longest_ms = 1'000, .below_percent = 20, .above_percent = 20};
  BOOST_TEST(both.wait(1, 0) == 80);
  BOOST_TEST(both.wait(1, 0.5) == 100);
  BOOST_TEST(both.wait(1, 0.999999) == 119);
  BOOST_TEST(both.wait(9, 0.999999) == 1'199); // the longest bounds the doubling only
  constexpr Backoff below{.first_ms = 100, .longest_ms = 1'000, .below_percent = 50};
  BOOST_TEST(below.wait(1, 0) == 50);
  BOOST_TEST(below.wait(1, 0.999999) == 99);
}
