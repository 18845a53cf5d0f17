#define BOOST_TEST_MODULE candles_csv
#include "tests/model/series.hpp"

#include "messages/limits.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

using namespace inferd;
using namespace inferd::test;

namespace {

const std::string header = "timestamp,open,high,low,close,volume\n";

std::string refused(const std::string& rows) {
  return error_of<CandlesError>([&] { parse_candles(header + rows, "c.csv"); });
}

} // namespace

BOOST_AUTO_TEST_CASE(the_real_candles_are_read_whole_and_without_gaps) {
  const auto file = real_candles();
  BOOST_TEST(file.candles.size() == 13'872u);
  BOOST_TEST(file.gaps.empty());
  BOOST_TEST((file.candles.front() == Candle{{new_year}, 42288.58, 42543.64, 42261.58, 42452.66, 379.19725348}));
  BOOST_TEST(utc_text(file.candles.back().opens) == "2025-07-31T23:00:00Z");
}

BOOST_AUTO_TEST_CASE(what_is_printed_is_read_back_equal) {
  const auto candles = random_walk(1, 50);
  BOOST_TEST((parse_candles(candles_text(candles), "c.csv").candles == candles));
}

BOOST_AUTO_TEST_CASE(missing_hours_are_reported_not_rejected) {
  auto candles = random_walk(2, 20);
  candles.erase(candles.begin() + 15, candles.begin() + 18);
  candles.erase(candles.begin() + 5);
  const auto file = parse_candles(candles_text(candles), "c.csv");
  BOOST_TEST((file.gaps == std::vector<Gap>{{{new_year + 5 * ms_per_hour}, 1}, {{new_year + 15 * ms_per_hour}, 3}}));
  BOOST_TEST(describe_gaps(file.gaps) == "2024-01-01T05:00:00Z: 1 hour; 2024-01-01T15:00:00Z: 3 hours");
  BOOST_TEST(describe_gaps(file.gaps, 1) == "2024-01-01T05:00:00Z: 1 hour; and 1 more");
}

BOOST_AUTO_TEST_CASE(windows_line_ends_and_a_missing_last_one_are_fine) {
  BOOST_TEST(
    parse_candles("timestamp,open,high,low,close,volume\r\n2024-01-01T00:00:00Z,1,2,1,2,0\r\n2024-01-01T01:00:00Z,1,2,1,2,0",
                  "c.csv")
      .candles.size() == 2u);
}

BOOST_AUTO_TEST_CASE(each_bad_row_is_refused_with_its_line_and_reason) {
  const std::string good = "2024-01-01T00:00:00Z,1,2,1,2,0\n";
  BOOST_TEST(refused(good + "2024-01-01T00:00:00Z,1,2,1,2,0\n") == "c.csv:3: the same hour as the line before");
  BOOST_TEST(refused(good + "2023-12-31T23:00:00Z,1,2,1,2,0\n") == "c.csv:3: earlier than the line before");
  BOOST_TEST(refused("2024-01-01T00:30:00Z,1,2,1,2,0\n") == "c.csv:2: timestamp is not on the hour");
  BOOST_TEST(refused("01/01/2024,1,2,1,2,0\n") == "c.csv:2: timestamp is not of the form 2024-01-01T00:00:00Z");
  BOOST_TEST(refused("2024-01-01T00:00:00Z,1,2,1,2\n") == "c.csv:2: 5 columns where 6 are expected");
  BOOST_TEST(refused("2024-01-01T00:00:00Z,1,2,1,2,0,9\n") == "c.csv:2: 7 columns where 6 are expected");
  BOOST_TEST(refused(good + "\n") == "c.csv:3: 1 columns where 6 are expected");
  BOOST_TEST(refused("2024-01-01T00:00:00Z,nan,2,1,2,0\n") == "c.csv:2: open is not finite");
  BOOST_TEST(refused("2024-01-01T00:00:00Z,1,inf,1,2,0\n") == "c.csv:2: high is not finite");
  BOOST_TEST(refused("2024-01-01T00:00:00Z,1,2,1,1e999,0\n") == "c.csv:2: close is out of range");
  BOOST_TEST(refused("2024-01-01T00:00:00Z,1,2,1,2 ,0\n") == "c.csv:2: close is not a number");
  BOOST_TEST(refused("2024-01-01T00:00:00Z,1,2,1,,0\n") == "c.csv:2: close is not a number");
  BOOST_TEST(refused("2024-01-01T00:00:00Z,0,2,0,2,0\n") == "c.csv:2: open is not above 0");
  BOOST_TEST(refused("2024-01-01T00:00:00Z,1,2,-1,2,0\n") == "c.csv:2: low is not above 0");
  BOOST_TEST(refused("2024-01-01T00:00:00Z,1,2,1,2,-1\n") == "c.csv:2: volume is negative");
  BOOST_TEST(refused("2024-01-01T00:00:00Z,2,1,3,2,0\n") == "c.csv:2: high is below low");
  BOOST_TEST(refused("2024-01-01T00:00:00Z,3,2,1,2,0\n") == "c.csv:2: open is not between low and high");
  BOOST_TEST(refused("2024-01-01T00:00:00Z,1,2,1,3,0\n") == "c.csv:2: close is not between low and high");
  BOOST_TEST(refused(good + "2024-01-01T01:0") == "c.csv:3: 1 columns where 6 are expected"); // truncated
}

BOOST_AUTO_TEST_CASE(a_file_without_header_or_candles_is_refused) {
  BOOST_TEST(error_of<CandlesError>([] { parse_candles("", "c.csv"); }).starts_with("c.csv:1: the first line is not"));
  BOOST_TEST(
    error_of<CandlesError>([] { parse_candles("time,o,h,l,c,v\n", "c.csv"); }).starts_with("c.csv:1: the first line is not"));
  BOOST_TEST(refused("") == "c.csv: no candles");
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_text_are_refused) {
  BOOST_TEST(refused(std::string("\0\xff,,,,,\n", 8)) == "c.csv:2: timestamp is not of the form 2024-01-01T00:00:00Z");
}

BOOST_AUTO_TEST_CASE(a_file_that_is_missing_a_folder_or_too_large_is_named) {
  BOOST_TEST(error_of<CandlesError>([] { read_candles("nowhere/c.csv"); }) == "nowhere/c.csv: No such file or directory");
  BOOST_TEST(error_of<CandlesError>([] { read_candles("/"); }).starts_with("/: "));
  const auto path = std::filesystem::temp_directory_path() / ("inferd-large-" + std::to_string(::getpid()) + ".csv");
  std::ofstream(path).close();
  std::filesystem::resize_file(path, limits::file_read + 1); // sparse
  BOOST_TEST(error_of<CandlesError>([&] { read_candles(path); }).find("more than the") != std::string::npos);
  std::filesystem::remove(path);
}
