#define BOOST_TEST_MODULE ledger_cli
#include "runtime/books/row_text.hpp"
#include "runtime/books/sqlite.hpp"
#include "runtime/books/sqlite_books.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"
#include "tests/books/books_fixture.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <iostream>
#include <sstream>

using namespace inferd;
using namespace inferd::test;

namespace {

struct Ran {
  int code{};
  std::string out, err;
  std::vector<std::string> lines() const {
    std::istringstream in(out);
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);) all.push_back(line);
    return all;
  }
};

struct CliFixture {
  Scratch scratch;
  std::string path = scratch / "books.db";
  SqliteBooks books{path, {.views = false}}; // stays open, as a daemon's

  CliFixture() {
    books.write(wallet, opening(100));
    books.claim(claim(100));
    books.write(wallet, storing(100, "a"));
    books.write(wallet, marking(100, "a"));
    books.write(wallet, outcome(100, Status::confirmed, "a"));
    books.write(wallet, SkippedWindow{{TopicId{68}, Height{110}, "no \"fresh\" candles"}, at(110)});
    books.write(wallet, opening(130));
  }
  Ran run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "ledger");
    std::ostringstream out, err;
    auto* before = std::cout.rdbuf(out.rdbuf());
    const int code = cli::run_program({cli::add_ledger}, "test", arguments, out, err);
    std::cout.rdbuf(before);
    return {code, out.str(), err.str()};
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(list_prints_one_object_a_line_with_the_promised_names, CliFixture) {
  const auto ran = run({"list", "--json", "--ledger", path});
  BOOST_TEST(ran.code == 0);
  const auto lines = ran.lines();
  BOOST_REQUIRE_EQUAL(lines.size(), 3u);
  const auto first = boost::json::parse(lines[0]).as_object();
  for (const auto* name : {"wallet", "topic_id", "nonce", "value", "status", "reason", "tx_hash", "height", "times"})
    BOOST_TEST(first.contains(name), name);
  BOOST_TEST(first.at("value").as_string() == "0.0123");
  BOOST_TEST(first.at("status").as_string() == "confirmed");
  BOOST_TEST(first.at("height").as_int64() == 102);
  BOOST_TEST(first.at("times").at("done_at").as_string() == time_text(at(104)));
}

BOOST_FIXTURE_TEST_CASE(list_takes_topic_status_and_limit, CliFixture) {
  BOOST_TEST(run({"list", "--json", "--topic", "68", "--ledger", path}).lines().size() == 1u);
  BOOST_TEST(run({"list", "--json", "--status", "open", "--ledger", path}).lines().size() == 1u);
  BOOST_TEST(run({"list", "--json", "--limit", "2", "--ledger", path}).lines().size() == 2u);
  BOOST_TEST(run({"list", "--ledger", path}).lines().size() == 4u); // with its heading
  // A registration is listed as one, for people only: it has no window.
  books.write(wallet, storing(0, "r"));
  books.write(wallet, outcome(0, Status::confirmed, "r"));
  BOOST_TEST(run({"list", "--json", "--ledger", path}).lines().size() == 3u);
  BOOST_TEST(run({"list", "--topic", "68", "--ledger", path}).lines().size() == 2u);
  const auto lines = run({"list", "--topic", "67", "--ledger", path}).lines();
  BOOST_REQUIRE_EQUAL(lines.size(), 4u);
  BOOST_TEST(lines[1].find("    67   register confirmed") != std::string::npos, lines[1]);
  BOOST_TEST(lines[1].find(" 150 ") != std::string::npos, lines[1]); // its fee
}

BOOST_FIXTURE_TEST_CASE(network_prints_each_value_from_the_second_on_in_which_it_was_known, CliFixture) {
  books.write(wallet, BookConclusion{{topic, Height{130}, {"0.03"}, {}}, Instant{1'700'000'060'001}});
  books.write(wallet, BookConclusion{{topic, Height{100}, {"0.02"}, {}}, Instant{1'700'000'000'000}});
  const auto id = std::to_string(topic.value);
  BOOST_TEST(run({"network", "--topic", id, "--ledger", path}).out ==
             "timestamp,value\n2023-11-14T22:13:20Z,0.02\n2023-11-14T22:14:21Z,0.03\n");
  BOOST_TEST(run({"network", "--topic", "68", "--ledger", path}).out == "timestamp,value\n");
  BOOST_TEST(run({"network", "--ledger", path}).code != 0);
  const auto first = boost::json::parse(run({"list", "--json", "--ledger", path}).lines()[0]).as_object();
  BOOST_TEST(first.at("times").at("network_at").as_string() == time_text({1'700'000'000'000}));
}

BOOST_FIXTURE_TEST_CASE(export_writes_the_guides_columns_and_finished_windows_only, CliFixture) {
  const auto lines = run({"export", "--csv", "--ledger", path}).lines();
  BOOST_REQUIRE_EQUAL(lines.size(), 3u);
  BOOST_TEST(lines[0] == csv_header);
  BOOST_TEST(lines[1].find(",67,0.0123,allo1books,100,,beef,confirmed,") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(verify_is_silent_on_good_books_and_names_each_problem_of_bad_ones, CliFixture) {
  BOOST_TEST(run({"verify", "--ledger", path}).code == 0);
  sqlite::Database(path, sqlite::Database::Mode::write).run("UPDATE transactions SET bytes = 'AAAA'");
  const auto ran = run({"verify", "--ledger", path});
  BOOST_TEST(ran.code == 1);
  BOOST_TEST(ran.lines().size() == 1u);
  BOOST_TEST(ran.err == "inferd: the books " + path + " have 1 problem\n");
}

BOOST_FIXTURE_TEST_CASE(books_that_are_not_there_are_one_sentence_and_code_1, CliFixture) {
  const auto ran = run({"list", "--ledger", scratch / "none.db"});
  BOOST_TEST(ran.code == 1);
  BOOST_TEST(ran.err == "inferd: the books " + (scratch / "none.db") + " cannot be read: No such file or directory\n");
}

BOOST_FIXTURE_TEST_CASE(a_status_that_does_not_exist_is_answered_with_those_that_do, CliFixture) {
  const auto ran = run({"list", "--status", "done", "--ledger", path});
  BOOST_TEST(ran.code == 2);
  BOOST_TEST(ran.err.find("open, claimed, stored") != std::string::npos);
}
