#define BOOST_TEST_MODULE duration
#include "base/duration.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

BOOST_AUTO_TEST_CASE(a_duration_is_a_whole_number_and_a_unit) {
  BOOST_TEST(parse_duration("90s").value() == 90'000);
  BOOST_TEST(parse_duration("15m").value() == 900'000);
  BOOST_TEST(parse_duration("4h").value() == 14'400'000);
  BOOST_TEST(parse_duration("7d").value() == 604'800'000);
  BOOST_TEST(parse_duration("2w").value() == 1'209'600'000);
  for (const auto* text : {"", "h", "4", "0h", "-1h", "+1h", "4 h", "4hours", "1.5h", "4H", "99999999999999999999h", "4000d"})
    BOOST_TEST(!parse_duration(text), text);
}

BOOST_AUTO_TEST_CASE(a_duration_is_written_in_the_largest_unit_that_divides_it) {
  for (const auto* text : {"90s", "15m", "4h", "7d", "90m", "25h", "365d"})
    BOOST_TEST(duration_text(parse_duration(text).value()) == text);
  BOOST_TEST(duration_text(parse_duration("60m").value()) == "1h");
  BOOST_TEST(duration_text(parse_duration("168h").value()) == "7d");
  BOOST_TEST(duration_words(parse_duration("168h").value()) == "7 days");
  BOOST_TEST(duration_words(parse_duration("60m").value()) == "1 hour");
}
