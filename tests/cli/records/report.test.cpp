#define BOOST_TEST_MODULE report
#include "runtime/books/sqlite_books.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/cli/records/report_totals.hpp"
#include "tests/books/books_fixture.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <iostream>
#include <sstream>

using namespace inferd;
using namespace inferd::test;
using cli::Report;

namespace {

constexpr std::int64_t day_s = 86'400;

Report day() { return {.name = "day", .from = at(0), .until = at(day_s)}; }

WindowRow row(std::int64_t nonce, Status status, std::int64_t done_s) {
  WindowRow r{.wallet = wallet, .topic = topic, .nonce = Height{nonce}, .status = status};
  r.opened_at = at(done_s - 5);
  r.sent_at = at(done_s - 4);
  if (is_final(status)) r.done_at = at(done_s);
  r.fee = Uallo{100};
  return r;
}

struct Ran {
  int code{};
  std::string out, err;
};

Ran run(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "report");
  std::ostringstream out, err;
  auto* before = std::cout.rdbuf(out.rdbuf());
  const int code = cli::run_program({cli::add_report}, "test", arguments, out, err);
  std::cout.rdbuf(before);
  return {code, out.str(), err.str()};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_window_counts_where_it_ended) {
  auto r = day();
  r.add(row(1, Status::confirmed, -1)); // the day before
  r.add(row(2, Status::confirmed, 0));
  r.add(row(3, Status::confirmed, day_s)); // the day after
  BOOST_TEST(r.all.ended() == 1u);
  r.add(row(4, Status::sent, 10));
  BOOST_TEST(r.all.ended() == 1u);
  BOOST_TEST(r.all.under_way == 1u);
}

BOOST_AUTO_TEST_CASE(share_fees_rewards_scores_and_the_slowest_are_those_of_the_rows) {
  auto r = day();
  auto slow = row(10, Status::confirmed, 100);
  slow.opened_at = at(80);
  slow.sent_at = at(93);
  slow.reward = {"1500000000000000000"};
  slow.score = {"0.25"};
  r.add(slow);
  auto quick = row(20, Status::confirmed, 200);
  quick.reward = {"500000000000000000.5"};
  quick.score = {"0.75"};
  r.add(quick);
  r.add(row(30, Status::missed, 300));
  auto refused = row(40, Status::refused, 400);
  refused.topic = TopicId{68};
  r.add(refused);
  auto not_due = row(50, Status::skipped, 500);
  not_due.reason = "not due: schedule.interval_s is 3600";
  r.add(not_due);
  const auto json = report_json(r);
  const auto& all = json.at("all").as_object();
  BOOST_TEST(all.at("windows").to_number<int>() == 4);
  BOOST_TEST(all.at("share_confirmed").as_double() == 0.5);
  BOOST_TEST(all.at("fees_uallo").as_string() == "500");
  BOOST_TEST(all.at("rewards_uallo").as_string() == "2000000000000000000.5");
  BOOST_TEST(all.at("mean_score").as_double() == 0.5);
  BOOST_TEST(all.at("not_due").to_number<int>() == 1);
  BOOST_TEST(all.at("worst_to_mempool").at("ms").to_number<int>() == 13'000);
  BOOST_TEST(all.at("worst_to_confirmed").at("nonce").to_number<int>() == 10);
  BOOST_TEST(json.at("topics").as_array().size() == 2u);
  const auto text = report_text(r);
  BOOST_TEST(text.find("50.0 %") != text.npos, text);
  BOOST_TEST(text.find("earned  2 ALLO") != text.npos, text);
  BOOST_TEST(text.find("13.000 s (window 10)") != text.npos, text);
}

BOOST_AUTO_TEST_CASE(an_empty_day_has_no_share_and_no_latency) {
  const auto json = report_json(day());
  BOOST_TEST(json.at("all").at("share_confirmed").is_null());
  BOOST_TEST(json.at("all").at("worst_to_mempool").is_null());
  BOOST_TEST(report_text(day()).find("nan") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_registration_is_a_fee_of_the_day_in_which_it_ended) {
  auto r = day();
  TransactionRow tx{.topic = topic, .paid = Uallo{390'000}};
  tx.done_at = at(day_s);
  r.add_registration(tx);
  BOOST_TEST((r.all.fees == Uallo{}));
  tx.done_at = at(5);
  r.add_registration(tx);
  BOOST_TEST((r.topics.at(topic).fees == Uallo{390'000}));
}

BOOST_AUTO_TEST_CASE(the_verb_reads_the_books_of_a_running_daemon) {
  const Scratch scratch;
  const auto path = scratch / "books.db";
  SqliteBooks books{path, {.views = false}};
  for (const auto nonce : {100, 130, 200'000}) {
    books.write(wallet, opening(nonce));
    books.claim(claim(nonce));
    books.write(wallet, storing(nonce, std::to_string(nonce)));
    books.write(wallet, outcome(nonce, Status::confirmed, std::to_string(nonce)));
  }
  const auto until = [](std::int64_t s) { return std::to_string(2023 + s) + "-11-15"; };
  const auto ran = run({"--json", "--ledger", path, "--until", until(0)});
  BOOST_TEST(ran.err == "");
  BOOST_REQUIRE_EQUAL(ran.code, 0);
  const auto all = boost::json::parse(ran.out).at("all");
  BOOST_TEST(all.at("windows").to_number<int>() == 2); // 2023-11-14T22:13:20Z and on; the third ends two days later
  BOOST_TEST(all.at("fees_uallo").as_string() == "300");
  BOOST_TEST(boost::json::parse(run({"--week", "--json", "--ledger", path, "--until", "2023-11-20"}).out)
               .at("all")
               .at("windows")
               .to_number<int>() == 3);
  BOOST_TEST(run({"--ledger", path}).code == 0); // nothing in the last 24 hours
  BOOST_TEST(run({"--ledger", scratch / "none.db"}).code == 1);
  BOOST_TEST(run({"--ledger", path, "--until", "soon"}).err ==
             "inferd: --until: \"soon\" is no time; write it like 2026-01-31 or 2026-01-31T18:00:00Z\n");
  BOOST_TEST(run({"--day", "--week", "--ledger", path}).code == 2);
}
