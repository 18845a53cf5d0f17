#define BOOST_TEST_MODULE utc
#include "base/utc.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

BOOST_AUTO_TEST_CASE(times_read_and_print_alike) {
  for (const char* text : {"1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "2025-07-31T23:00:00Z", "9999-12-31T00:00:00Z"}) {
    const auto t = parse_utc(text);
    BOOST_REQUIRE(t);
    BOOST_TEST(utc_text(*t) == text);
  }
  BOOST_TEST(parse_utc("2024-01-01T00:00:00Z")->value == 1'704'067'200'000);
}

BOOST_AUTO_TEST_CASE(anything_else_is_no_time) {
  for (const char* text : {"", "2024-01-01", "2024-01-01T00:00:00", "2024-01-01 00:00:00Z", "2024-01-01T00:00:00+00:00",
                           "2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "2024-13-01T00:00:00Z", "2024-00-10T00:00:00Z",
                           "2024-01-00T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "2024-01-01T00:00:60Z",
                           "1969-12-31T23:00:00Z", "2024-01-01T00:00:00Zx", "-024-01-01T00:00:00Z", "2024-1a-01T00:00:00Z"})
    BOOST_TEST(!parse_utc(text), text);
}

BOOST_AUTO_TEST_CASE(a_fraction_of_a_second_is_not_printed) { BOOST_TEST(utc_text(Instant{1'999}) == "1970-01-01T00:00:01Z"); }

BOOST_AUTO_TEST_CASE(milliseconds_are_printed_where_asked_for) {
  BOOST_TEST(utc_text_ms(Instant{1'999}) == "1970-01-01T00:00:01.999Z");
  BOOST_TEST(utc_text_ms(Instant{-1}) == "1969-12-31T23:59:59.999Z");
}

BOOST_AUTO_TEST_CASE(a_name_of_a_file_has_no_colons) {
  BOOST_TEST(compact(Instant{1'704'067'201'005}) == "20240101T000001.005Z");
  BOOST_TEST(compact(Instant{1'704'067'201'005}) < compact(Instant{1'706'745'600'000}));
}

BOOST_AUTO_TEST_CASE(a_date_or_time_that_does_not_exist_is_none) {
  BOOST_TEST(utc_instant(2024, 2, 29, 23, 59, 60)->value == utc_instant(2024, 3, 1, 0, 0, 0)->value);
  BOOST_TEST(!utc_instant(2023, 2, 29, 0, 0, 0));
  BOOST_TEST(!utc_instant(2024, 257, 1, 0, 0, 0)); // month and day are one byte in <chrono>
  BOOST_TEST(!utc_instant(2024, 1, 257, 0, 0, 0));
  BOOST_TEST(!utc_instant(2024, 1, 1, -1, 0, 0));
}
