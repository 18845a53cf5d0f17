#define BOOST_TEST_MODULE cli_doctor_cost
#include "runtime/cli/doctor/doctor_cost.hpp"
#include "runtime/config/fee_caps.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <map>

using namespace inferd;
using namespace inferd::cli;
using Kind = Finding::Kind;

namespace {

constexpr Uint128 allo = 1'000'000'000'000'000'000;
constexpr GasPrice usual{Uint128{1'000'000'000} * 1'000'000'000}; // mainnet's 10^9 uallo

ChainSettings mainnet() {
  const auto caps = usual_fee_caps("allora-mainnet-1");
  return {.id = "allora-mainnet-1", .fee_cap = caps.transaction, .day_cap = caps.day, .gas_cap = Gas{500'000}};
}

bool says(const Finding& f, const std::string& part) { return f.seen.find(part) != std::string::npos; }

/// Answers by URL and JSON-RPC method, "http://a block 4000".
struct ScriptedHttp : HttpPort {
  std::map<std::string, std::string> answers;
  HttpHeaders headers; ///< of the last request
  void ask(HttpRequest request, Done done) override {
    headers = request.headers;
    const auto body = boost::json::parse(request.body).as_object();
    auto key = request.url + " " + std::string(body.at("method").as_string());
    if (const auto* height = body.at("params").as_object().if_contains("height")) key += " " + std::string(height->as_string());
    const auto it = answers.find(key);
    if (it == answers.end()) done(HttpFailed{"connection refused"});
    else done(HttpAnswer{200, {}, it->second});
  }
};

std::string status(const std::string& newest, const std::string& time, const std::string& oldest) {
  return R"({"result":{"sync_info":{"latest_block_height":")" + newest + R"(","latest_block_time":")" + time +
         R"(","earliest_block_height":")" + oldest + R"(","earliest_block_time":"2020-01-01T00:00:00Z"}}})";
}

std::string block(const std::string& height, const std::string& time) {
  return R"({"result":{"block":{"header":{"height":")" + height + R"(","time":")" + time + R"("}}}})";
}

} // namespace

BOOST_AUTO_TEST_CASE(a_day_costs_its_windows_times_the_fee_that_would_be_offered) {
  // 17,280 blocks of 5 s a day, a window every 60: 288 payloads of 195,000 gas at 1.5 * 10^9 uallo.
  const auto cost = day_cost({{60, Gas{150'000}}}, 5'000, usual, mainnet(), 0);
  BOOST_REQUIRE(cost.has_value());
  BOOST_TEST((*cost == Uallo{Uint128{288} * 195'000 * 1'500'000'000}));
  const auto two = day_cost({{60, Gas{150'000}}, {120, Gas{150'000}}}, 5'000, usual, mainnet(), 0);
  BOOST_TEST((*two == Uallo{Uint128{432} * 195'000 * 1'500'000'000}));
  // At most once in 900 s: every third window of five minutes. In 901 s: every fourth.
  BOOST_TEST((*day_cost({{60, Gas{150'000}}}, 5'000, usual, mainnet(), 900) == Uallo{cost->value / 3}));
  BOOST_TEST((*day_cost({{60, Gas{150'000}}}, 5'000, usual, mainnet(), 901) == Uallo{cost->value / 4}));
  BOOST_TEST(!day_cost({{60, Gas{150'000}}}, 5'000, GasPrice{usual.nano * 100}, mainnet(), 0).has_value());
}

BOOST_AUTO_TEST_CASE(a_balance_lasts_days_or_is_short_or_the_cap_is) {
  const auto judge = [](Uint128 balance, std::int64_t epoch, GasPrice price = usual) {
    return judge_day({{epoch, Gas{150'000}}}, 5'000, price, Uallo{balance}, mainnet(), 0);
  };
  const auto fine = judge(10 * allo, 60);
  BOOST_TEST((fine.kind == Kind::fine));
  BOOST_TEST(fine.seen == "0.08424 ALLO at present, for 288.0 payloads; the balance of 10 ALLO lasts 118.7 days");
  const auto short_of = judge(allo / 10, 60);
  BOOST_TEST((short_of.kind == Kind::doubtful));
  BOOST_TEST(says(short_of, "lasts 1.2 days"));
  BOOST_TEST(!short_of.remedy.empty());
  const auto capped = judge(1'000 * allo, 4); // 4,320 payloads
  BOOST_TEST((capped.kind == Kind::doubtful));
  BOOST_TEST(says(capped, "the cap of a day is 1 ALLO"));
  BOOST_TEST(capped.remedy.find("chain.day_cap_allo") != std::string::npos);
  const auto dear = judge(1'000 * allo, 60, GasPrice{usual.nano * 100});
  BOOST_TEST((dear.kind == Kind::doubtful));
  BOOST_TEST(dear.remedy.find("chain.fee_cap_allo") != std::string::npos);
  BOOST_TEST((judge(0, 60, GasPrice{}).kind == Kind::doubtful)); // a chain without fees: nothing is known of days
}

BOOST_AUTO_TEST_CASE(the_time_of_a_block_is_measured_over_the_blocks_a_node_keeps) {
  ScriptedHttp http;
  http.answers["http://a status"] = status("5000", "2026-11-29T01:00:00.500000000Z", "1");
  http.answers["http://a block 4000"] = block("4000", "2026-11-29T00:00:00.25Z");
  BOOST_TEST(block_time(http, {"http://a"}, 1'000).value() == 3'600.25);

  http.answers["http://b?key=1 status"] = status("120", "2026-11-29T00:01:40Z", "19"); // pruned
  http.answers["http://b?key=1 block 20"] = block("20", "2026-11-29T00:00:00Z");
  BOOST_TEST(block_time(http, {"http://gone", "wss://x", "ws://b/websocket?key=1"}, 1'000).value() == 1'000);

  block_time(http, {"http://gone", "ws://b/websocket?key=1"}, 1'000, {{{"X-Key", "a"}}, {{"X-Key", "b"}}});
  BOOST_TEST((http.headers == HttpHeaders{{"X-Key", "b"}, {"Content-Type", "application/json"}})); // of the second endpoint

  for (const auto& answer : {std::string("not JSON"), std::string("{}"), status("0", "2026-11-29T01:00:00Z", "0"),
                             status("x", "2026-11-29T01:00:00Z", "1"), status("5000", "yesterday", "1"),
                             status("5000", "2026-11-28T01:00:00Z", "1")}) {
    http.answers["http://a status"] = answer; // the last: older than the earlier block
    BOOST_TEST(!block_time(http, {"http://a"}, 1'000).has_value(), answer);
  }
  BOOST_TEST(!block_time(http, {}, 1'000).has_value());
}

BOOST_AUTO_TEST_CASE(books_that_are_not_there_know_no_gas) {
  BOOST_TEST(gas_in_books("/nonexistent/books.db", {"allo1x"}, {TopicId{1}}).empty());
}
