#define BOOST_TEST_MODULE retry_after
#include "base/retry_after.hpp"

#include "base/utc.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

const Instant now = *parse_utc("2025-01-01T00:00:00Z");

std::string date(std::string_view text, Instant at = now) {
  const auto read = parse_http_date(text, at);
  return read ? utc_text(*read) : "none";
}

} // namespace

BOOST_AUTO_TEST_CASE(the_rfcs_three_forms_are_one_date) { // RFC 9110, 5.6.7
  for (const auto* text : {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"})
    BOOST_TEST(date(text) == "1994-11-06T08:49:37Z", text);
  BOOST_TEST(date("Wed Jan 15 00:00:00 2025") == "2025-01-15T00:00:00Z");
}

BOOST_AUTO_TEST_CASE(a_two_digit_year_is_at_most_fifty_years_ahead) {
  BOOST_TEST(date("Wednesday, 01-Jan-25 00:00:00 GMT") == "2025-01-01T00:00:00Z");
  BOOST_TEST(date("Tuesday, 01-Jan-75 00:00:00 GMT") == "2075-01-01T00:00:00Z");
  BOOST_TEST(date("Thursday, 01-Jan-76 00:00:00 GMT") == "1976-01-01T00:00:00Z");
  BOOST_TEST(date("Saturday, 01-Jan-01 00:00:00 GMT", *parse_utc("2099-06-01T00:00:00Z")) == "2101-01-01T00:00:00Z");
}

BOOST_AUTO_TEST_CASE(a_leap_second_is_the_next_minutes_first) {
  BOOST_TEST(date("Sat, 31 Dec 2016 23:59:60 GMT") == "2017-01-01T00:00:00Z");
}

BOOST_AUTO_TEST_CASE(what_is_not_quite_an_http_date_is_none) {
  for (const auto* text : {"",
                           "Sun",
                           "Sunday",
                           "Sunday,",
                           "Xyz, 06 Nov 1994 08:49:37 GMT",
                           "sun, 06 nov 1994 08:49:37 gmt",
                           "Sun, 06 Nov 1994 08:49:37 UTC",
                           "Sun, 06 Nov 1994 08:49:37",
                           "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Foo 1994 08:49:37 GMT",
                           "Sun, 32 Jan 1994 08:49:37 GMT",
                           "Sun, 30 Feb 1994 08:49:37 GMT",
                           "Sun, 00 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 1994 24:00:00 GMT",
                           "Sun, 06 Nov 1994 08:60:00 GMT",
                           "Sun, 06 Nov 1994 08:49:61 GMT",
                           "Sun, 06 Nov 1994 08:49:37 GMTx",
                           "Sun, -6 Nov 1994 08:49:37 GMT",
                           "Sun, 06 Nov 19x4 08:49:37 GMT",
                           "Sun, 06-Nov-94 08:49:37 GMT",
                           "Sunday, 06 Nov 1994 08:49:37 GMT",
                           "Sunday, 06-Nov-1994 08:49:37 GMT",
                           "Sun Nov 06 08:49:37 94",
                           "Sun Nov    08:49:37 1994",
                           "1994-11-06T08:49:37Z"})
    BOOST_TEST(date(text) == "none", text);
}

BOOST_AUTO_TEST_CASE(a_number_is_seconds_and_a_date_is_counted_from_now) { // RFC 9110, 10.2.3
  BOOST_TEST(parse_retry_after("120", now).value() == 120'000);
  BOOST_TEST(parse_retry_after("0", now).value() == 0);
  BOOST_TEST(parse_retry_after("007", now).value() == 7'000);
  BOOST_TEST(parse_retry_after("Wed, 01 Jan 2025 00:02:00 GMT", now).value() == 120'000);
  BOOST_TEST(parse_retry_after("Wednesday, 01-Jan-25 00:02:00 GMT", now).value() == 120'000);
  BOOST_TEST(parse_retry_after("Wed Jan  1 00:02:00 2025", now).value() == 120'000);
  BOOST_TEST(parse_retry_after("Tue, 31 Dec 2024 00:00:00 GMT", now).value() == 0); // already over
}

BOOST_AUTO_TEST_CASE(a_number_that_is_too_large_is_the_largest) {
  BOOST_TEST(parse_retry_after("9223372036854775", now).value() == 9'223'372'036'854'775'000);
  for (const auto* text : {"9223372036854776", "9223372036854775808", "99999999999999999999999999"})
    BOOST_TEST(parse_retry_after(text, now).value() == INT64_MAX, text);
}

BOOST_AUTO_TEST_CASE(anything_else_is_malformed) {
  for (const auto* text :
       {"", " ", "soon", "-5", "+5", "-0", "1.5", "12 s", " 12", "1e3", "0x10", "12,", "-99999999999999999999"})
    BOOST_TEST(!parse_retry_after(text, now), text);
}
