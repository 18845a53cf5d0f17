#define BOOST_TEST_MODULE sim_market
#include "runtime/sim/market/sim_market.hpp"

#include "model/inputs/candles_csv.hpp"
#include "runtime/market/vendors/vendor_api.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::sim;
using inferd::market::after;
using inferd::market::hour;

namespace {

/// 48 recorded candles, 15 minutes into candle 24.
struct World {
  std::vector<Candle> candles = [] {
    auto all = read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1h.csv").candles;
    all.resize(48);
    return all;
  }();
  Instant now{candles[24].opens.value + hour / 4};
  SimMarket market{candles, [this] { return now; }};

  HttpRequest tiingo(std::int64_t from, std::int64_t until, const std::string& token = "sim-token") {
    return market::tiingo.request({"http://sim", "btcusd", market::Token(token)},
                                  {candles[std::size_t(from)].opens, candles[std::size_t(until)].opens});
  }
  HttpRequest binance(std::int64_t from, std::int64_t until) {
    return market::binance.request({"http://sim", "BTCUSDT", {}},
                                   {candles[std::size_t(from)].opens, candles[std::size_t(until)].opens});
  }
  std::vector<Candle> parsed(const market::VendorApi& source, const HttpRequest& request) {
    return std::get<market::Rows>(source.parse(market.answer(request), now)).candles;
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(the_candles_served_are_the_real_ones_up_to_the_hour_still_forming, World) {
  for (const auto& got : {parsed(market::tiingo, tiingo(0, 25)), parsed(market::binance, binance(0, 25))}) {
    BOOST_REQUIRE_EQUAL(got.size(), 25u);
    for (std::size_t i = 0; i < 24; ++i) BOOST_TEST((got[i] == candles[i]));
    BOOST_TEST(got[24].opens.value == candles[24].opens.value);
    BOOST_TEST(got[24].open == candles[24].open);
    BOOST_TEST(got[24].volume < candles[24].volume / 2);
  }
}

BOOST_FIXTURE_TEST_CASE(time_passing_is_all_that_brings_new_candles, World) {
  BOOST_TEST(parsed(market::binance, binance(0, 47)).size() == 25u);
  now = after(now, 1);
  BOOST_TEST(parsed(market::binance, binance(0, 47)).size() == 26u);
  now = after(candles[47].opens, 100);
  BOOST_TEST(parsed(market::binance, binance(0, 47)).size() == 47u); // the limit, then the end
}

BOOST_FIXTURE_TEST_CASE(tiingo_wants_its_token_in_the_header_or_the_query, World) {
  BOOST_TEST(market.answer(tiingo(0, 5, "wrong")).status == 401u);
  BOOST_TEST(market.answer(tiingo(0, 5, "")).status == 401u);
  auto request = tiingo(0, 5, "");
  request.url += "&token=sim-token";
  request.headers.clear();
  BOOST_TEST(market.answer(request).status == 200u);
}

BOOST_FIXTURE_TEST_CASE(tiingo_cuts_a_long_range_and_knows_no_other_ticker, World) {
  SimMarket small(candles, [this] { return now; }, {.tiingo_rows = 10});
  BOOST_TEST(std::get<market::Rows>(market::tiingo.parse(small.answer(tiingo(0, 25)), now)).candles.size() == 10u);
  auto request = tiingo(0, 5);
  request.url.replace(request.url.find("btcusd"), 6, "ethusd");
  BOOST_TEST(market.answer(request).body == "[]");
}

BOOST_FIXTURE_TEST_CASE(binance_keeps_to_start_end_and_limit, World) {
  const auto url = [&](const std::string& rest) {
    return parsed(market::binance, {.url = "http://sim/api/v3/klines?symbol=BTCUSDT&interval=1h" + rest});
  };
  BOOST_TEST(url("").size() == 25u);
  BOOST_TEST(url("&limit=3").size() == 3u);
  BOOST_TEST(url("&limit=3").back().opens.value == candles[24].opens.value); // the newest
  const auto start = "&startTime=" + std::to_string(candles[4].opens.value + 1);
  BOOST_TEST(url(start + "&limit=3").front().opens.value == candles[5].opens.value);
  BOOST_TEST(url(start + "&endTime=" + std::to_string(candles[7].opens.value)).size() == 3u);
  BOOST_TEST(url("&startTime=4102444800000").empty());
}

BOOST_FIXTURE_TEST_CASE(invalid_requests_are_answered_as_binance_does, World) {
  const auto status = [&](const std::string& path) { return market.answer({.url = "http://sim" + path}).status; };
  BOOST_TEST(status("/api/v3/klines?symbol=NOSUCH&interval=1h") == 400u);
  BOOST_TEST(status("/api/v3/klines?symbol=BTCUSDT&interval=2h") == 400u);
  for (const auto* bad :
       {"&limit=0", "&limit=-1", "&limit=x", "&startTime=1.5", "&startTime=99999999999999999999", "&limit=%31x"})
    BOOST_TEST(status(std::string("/api/v3/klines?symbol=BTCUSDT&interval=1h") + bad) == 400u, bad);
  for (const auto* path : {"", "/", "/?", "/api/v3/klines?", "/api/v3/klines?&&=&=", "/api/v3/klines?symbol=%", "/nothing"})
    BOOST_TEST(status(path) >= 400u, path);
  BOOST_TEST(market.answer({.url = "/api/v3/klines?symbol=BTCUSDT&interval=1h"}).status ==
             200u); // a path alone, as a server receives it
  BOOST_TEST(market.answer({.url = "http://sim/api/v3/klines", .method = "POST"}).status == 405u);
}

BOOST_FIXTURE_TEST_CASE(a_fault_applies_to_the_given_number_of_answers, World) {
  market.inject(MarketFault::Unavailable, 0, 2);
  BOOST_TEST(market.answer(binance(0, 5)).status == 503u);
  BOOST_TEST(market.answer(binance(0, 5)).status == 503u);
  BOOST_TEST(market.answer(binance(0, 5)).status == 200u);
  BOOST_TEST(market.served() == 3u);
  market.inject(MarketFault::RateLimited, 9, 1'000);
  const auto limited = market.answer(binance(0, 5));
  BOOST_TEST(limited.status == 429u);
  BOOST_TEST(std::get<market::Refusal>(market::binance.parse(limited, now)).pause_ms == 9'000);
  market.clear_faults();
  BOOST_TEST(market.answer(binance(0, 5)).status == 200u);
}

BOOST_FIXTURE_TEST_CASE(stale_gap_jump_and_garbage_change_what_is_served, World) {
  market.inject(MarketFault::Stale, 2);
  BOOST_TEST(parsed(market::binance, binance(0, 25)).back().opens.value == candles[21].opens.value);
  market.inject(MarketFault::Gap, 3);
  const auto gapped = parsed(market::binance, binance(0, 25));
  BOOST_TEST(gapped.size() == 22u);
  BOOST_TEST(gapped[19].opens.value == candles[19].opens.value);
  BOOST_TEST(gapped[20].opens.value == candles[23].opens.value);
  market.inject(MarketFault::Jump, 3);
  BOOST_TEST(parsed(market::binance, binance(0, 25))[23].close == candles[23].close * 3);
  market.inject(MarketFault::Garbage);
  BOOST_TEST(std::holds_alternative<market::Refusal>(market::binance.parse(market.answer(binance(0, 25)), now)));
  market.inject(MarketFault::Gap, 1'000'000);
  BOOST_TEST(parsed(market::binance, binance(0, 25)).size() == 2u);
  market.inject(MarketFault::Stale, 1'000'000);
  BOOST_TEST(parsed(market::binance, binance(0, 25)).empty());
}

BOOST_FIXTURE_TEST_CASE(a_slow_answer_says_how_slow_and_fails_where_the_deadline_is_shorter, World) {
  market.inject(MarketFault::Slow, 500);
  BOOST_TEST(market.serve(binance(0, 5)).delay_ms == 500);
  auto shared = std::make_shared<SimMarket>(candles, [this] { return now; });
  SimHttp http(shared);
  shared->inject(MarketFault::Slow, 10'000);
  std::variant<HttpAnswer, HttpFailed> got;
  http.ask(binance(0, 5), [&](auto a) { got = std::move(a); });
  BOOST_TEST(std::holds_alternative<HttpFailed>(got));
  auto request = binance(0, 5);
  request.max_body = 10;
  http.ask(request, [&](auto a) { got = std::move(a); });
  BOOST_TEST(std::get<HttpFailed>(got).reason == "simulated market: the answer is longer than 10 bytes");
}

BOOST_FIXTURE_TEST_CASE(queued_answers_come_with_the_pump, World) {
  SimHttp http(std::make_shared<SimMarket>(candles, [this] { return now; }), SimHttp::Mode::Queued);
  int answered = 0;
  http.ask(binance(0, 5), [&](auto) { ++answered; });
  http.ask(binance(0, 5), [&](auto) { ++answered; });
  BOOST_TEST(answered == 0);
  BOOST_TEST(http.pump() == 2u);
  BOOST_TEST(answered == 2);
  BOOST_TEST(http.requests() == 2u);
  BOOST_TEST(http.recent().size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(candles_can_be_moved_to_another_time_by_whole_hours, World) {
  const Instant today{1'800'000'000'000 + 1'234'567};
  const auto moved = moved_to(candles, 24, today);
  BOOST_TEST(moved[24].opens.value == market::opening_at(today).value);
  BOOST_TEST(moved[25].opens.value - moved[24].opens.value == hour);
  BOOST_TEST(moved[24].close == candles[24].close);
}

BOOST_FIXTURE_TEST_CASE(minutes_are_served_beside_hours, World) {
  const Interval minute{60'000};
  auto minutes = read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1m.csv", minute).candles;
  minutes.resize(3'000);
  minutes = moved_to(minutes, 2'000, now);
  const auto request = market::binance.request({"http://sim", "BTCUSDT", {}},
                                               {after(minutes[2'000].opens, -5, minute), minutes[2'000].opens, minute});
  BOOST_TEST(market.answer(request).status == 400u); // not yet
  market.add(minutes);
  const auto served = parsed(market::binance, request);
  BOOST_REQUIRE_EQUAL(served.size(), 5u);
  BOOST_TEST((served.back() == minutes[1'999]));
  BOOST_TEST(parsed(market::binance, binance(20, 24)).size() == 4u);
  const auto by_tiingo = parsed(market::tiingo, market::tiingo.request({"http://sim", "btcusd", market::Token("sim-token")},
                                                                       {minutes[1'990].opens, minutes[2'000].opens, minute}));
  BOOST_TEST((by_tiingo.back().opens == minutes[2'000].opens)); // the forming one
}
