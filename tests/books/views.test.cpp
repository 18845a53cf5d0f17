#define BOOST_TEST_MODULE views
#include "runtime/books/files.hpp"
#include "runtime/books/row_text.hpp"
#include "runtime/books/sqlite_books.hpp"
#include "messages/limits.hpp"
#include "tests/books/books_fixture.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <fstream>

using namespace inferd;
using namespace inferd::test;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> lines(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> out;
  for (std::string line; std::getline(file, line);) out.push_back(line);
  return out;
}

WindowRow done(std::int64_t nonce) {
  return {.wallet = wallet,
          .topic = topic,
          .nonce = Height{nonce},
          .status = Status::confirmed,
          .values = {{"", "-0.5"}},
          .tx_hash = {"AB12"},
          .fee = Uallo{7},
          .endpoint = "http://node:26657",
          .signature = "beef",
          .done_at = at(0)};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_line_has_the_guides_columns_in_their_order) {
  BOOST_TEST(std::string(csv_header) ==
             "timestamp,topic_id,prediction,worker,block_height,proof,signature,status,tx_hash,rpc_endpoint");
  BOOST_TEST(csv_line(done(100)) == "2023-11-14T22:13:20.000Z,67,-0.5,allo1books,100,,beef,confirmed,AB12,http://node:26657");
}

BOOST_AUTO_TEST_CASE(labels_and_hostile_endpoints_stay_in_their_field_and_on_their_line) {
  auto row = done(100);
  row.values = {{"up", "0.7"}, {"down", "0.3"}};
  row.endpoint = "http://a,b\"c\nx";
  BOOST_TEST(csv_line(row) ==
             "2023-11-14T22:13:20.000Z,67,\"{\"\"up\"\":\"\"0.7\"\",\"\"down\"\":\"\"0.3\"\"}\",allo1books,100,,beef,"
             "confirmed,AB12,\"http://a,b\"\"c x\"");
}

BOOST_AUTO_TEST_CASE(times_are_written_to_the_millisecond) {
  BOOST_TEST(time_text(Instant{1'700'000'000'042}) == "2023-11-14T22:13:20.042Z");
  BOOST_TEST(time_text(Instant{}) == "");
}

BOOST_AUTO_TEST_CASE(what_is_not_known_is_null_not_zero) {
  const auto row = list_json({.wallet = wallet, .topic = topic, .nonce = Height{100}, .status = Status::open});
  BOOST_TEST(row.at("value").is_null());
  BOOST_TEST(row.at("tx_hash").is_null());
  BOOST_TEST(row.at("height").is_null());
  BOOST_TEST(row.at("times").at("done_at").is_null());
  BOOST_TEST(row.at("status").as_string() == "open");
}

BOOST_AUTO_TEST_CASE(every_final_window_is_a_line_and_the_last_one_a_file) {
  Scratch scratch;
  SqliteBooks books(scratch / "books.db");
  books.write(wallet, opening(100));
  BOOST_TEST(!fs::exists(scratch / "submission_log.csv"));
  books.claim(claim(100));
  books.write(wallet, storing(100, "a"));
  books.write(wallet, marking(100, "a"));
  books.write(wallet, outcome(100, Status::confirmed, "a"));
  books.write(wallet, SkippedWindow{{topic, Height{130}, "not due"}, at(130)});
  books.write(wallet, SkippedWindow{{topic, Height{130}, "not due"}, at(131)}); // repeated
  const auto log = lines(scratch / "submission_log.csv");
  BOOST_REQUIRE_EQUAL(log.size(), 3u);
  BOOST_TEST(log[0] == view_header);
  BOOST_TEST(log[1].find("confirmed," + signed_tx("a").hash.hex + ",http://node") != std::string::npos);
  BOOST_TEST(log[1].ends_with(",success"));
  BOOST_TEST(log[2].find(",130,,,skipped,,") != std::string::npos);
  BOOST_TEST(log[2].ends_with(",not due"));
  const auto latest = boost::json::parse(read_head(scratch / "latest_submission.json", 10'000));
  BOOST_TEST(latest.at("block_height").as_int64() == 130);
  BOOST_TEST(latest.at("status").as_string() == "skipped");
  BOOST_TEST(latest.at("reason").as_string() == "not due");
}

BOOST_AUTO_TEST_CASE(what_a_crash_kept_from_the_log_is_added_at_the_next_start_once) {
  Scratch scratch;
  const auto log = scratch / "submission_log.csv";
  {
    SqliteBooks books(scratch / "books.db");
    for (const auto nonce : {100, 130, 160}) books.write(wallet, SkippedWindow{{topic, Height{nonce}, "x"}, at(nonce)});
  }
  const auto whole = lines(log);
  fs::resize_file(log, fs::file_size(log) - 20); // truncates the last line
  { SqliteBooks books(scratch / "books.db"); }
  BOOST_TEST(lines(log) == whole, boost::test_tools::per_element());
  { SqliteBooks books(scratch / "books.db"); }
  BOOST_TEST(lines(log) == whole, boost::test_tools::per_element());
  fs::remove(log);
  { SqliteBooks books(scratch / "books.db"); }
  BOOST_TEST(lines(log) == whole, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(grep_success_counts_the_confirmed_windows_and_no_other) {
  auto row = done(100);
  BOOST_TEST(view_line(row) == csv_line(row) + ",success");
  row.reason = "found by its hash, \"late\"";
  BOOST_TEST(view_line(row) == csv_line(row) + ",\"success: found by its hash, \"\"late\"\"\"");
  row.status = Status::missed;
  row.reason = "the window closed first";
  BOOST_TEST(view_line(row) == csv_line(row) + ",the window closed first");
}

BOOST_AUTO_TEST_CASE(a_log_of_an_older_version_is_renamed_and_its_windows_are_not_repeated) {
  Scratch scratch;
  const auto log = scratch / "submission_log.csv";
  SqliteBooks{scratch / "books.db"}.write(wallet, SkippedWindow{{topic, Height{100}, "x"}, at(100)});
  auto old = lines(log);
  std::ofstream(log, std::ios::trunc) << csv_header << '\n' << old[1].substr(0, old[1].rfind(',')) << '\n';
  SqliteBooks books(scratch / "books.db");
  books.write(wallet, SkippedWindow{{topic, Height{130}, "x"}, at(130)});
  BOOST_TEST(lines(log + ".1").at(0) == csv_header);
  BOOST_REQUIRE_EQUAL(lines(log).size(), 2u);
  BOOST_TEST(lines(log)[0] == view_header);
}

BOOST_AUTO_TEST_CASE(a_foreign_file_is_renamed_not_overwritten) {
  Scratch scratch;
  std::ofstream(scratch / "submission_log.csv") << "my,own,table\n1,2,3\n";
  SqliteBooks books(scratch / "books.db");
  books.write(wallet, SkippedWindow{{topic, Height{100}, "x"}, at(100)});
  BOOST_TEST(lines(scratch / "submission_log.csv.1").at(0) == "my,own,table");
  BOOST_TEST(lines(scratch / "submission_log.csv").size() == 2u);
}

BOOST_AUTO_TEST_CASE(the_log_is_bounded_and_turns_over_into_numbered_files) {
  Scratch scratch;
  const auto log = scratch / "submission_log.csv";
  {
    SqliteBooks books(scratch / "books.db");
    books.write(wallet, SkippedWindow{{topic, Height{100}, "x"}, at(100)});
  }
  for (int turn = 1; turn <= 5; ++turn) {
    fs::resize_file(log, limits::view_bytes - 10); // near the size limit
    { std::ofstream(log, std::ios::app) << "\n"; }
    SqliteBooks books(scratch / "books.db");
    books.write(wallet, SkippedWindow{{topic, Height{100 + 30 * turn}, "x"}, at(100 + turn)});
    BOOST_TEST(lines(log).front() == view_header);
    BOOST_TEST(fs::file_size(log) < 1000u);
  }
  BOOST_TEST(fs::exists(log + ".3"));
  BOOST_TEST(!fs::exists(log + ".4"));
}

BOOST_AUTO_TEST_CASE(a_view_that_cannot_be_written_never_stops_the_books_and_is_said_once) {
  Scratch scratch;
  fs::create_directories(scratch / "submission_log.csv"); // folders in place of the files
  fs::create_directories(scratch / "latest_submission.json");
  std::vector<std::string> warnings;
  SqliteBooks books(scratch / "books.db", {.warn = [&](const std::string& line) { warnings.push_back(line); }});
  for (const auto nonce : {100, 130, 160}) books.write(wallet, SkippedWindow{{topic, Height{nonce}, "x"}, at(nonce)});
  BOOST_TEST(books.summary(wallet, Instant{}).skipped == 3u);
  BOOST_TEST(warnings.size() == 2u);
  fs::remove(scratch / "submission_log.csv");
  books.write(wallet, SkippedWindow{{topic, Height{190}, "x"}, at(190)});
  BOOST_TEST(lines(scratch / "submission_log.csv").size() == 5u); // with the lines that waited
}

BOOST_AUTO_TEST_CASE(a_file_replaced_whole_leaves_nothing_beside_it) {
  Scratch scratch;
  replace_whole(scratch / "x.json", "one");
  replace_whole(scratch / "x.json", "two");
  BOOST_TEST(read_head(scratch / "x.json", 100) == "two");
  BOOST_TEST(std::distance(fs::directory_iterator(scratch.dir()), {}) == 1);
}
