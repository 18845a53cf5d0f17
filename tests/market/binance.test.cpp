#define BOOST_TEST_MODULE binance
#include "tests/market/market_fixture.hpp"

using namespace inferd;
using namespace inferd::market;
using namespace inferd::market::test;

namespace {

const std::string body =
  R"([[1735689600000,"93576.00000000","94509.42000000","93489.03000000","94401.14000000","755.99010000",1735693199999,)"
  R"("71164340.13770490",119960,"422.49474000","39779330.84577150","0"],)"
  R"([1735693200000,"94401.13000000","94408.72000000","93578.77000000","93607.74000000","586.53456000",1735696799999,)"
  R"("55130963.21117570",124603,"240.39811000","22592829.92399680","0"]])";

const Endpoint endpoint{"https://api.binance.com", "BTCUSDT", {}};

} // namespace

BOOST_AUTO_TEST_CASE(dollars_are_spelled_usdt) {
  BOOST_TEST(binance.spell({"btc", "usd"}) == "BTCUSDT");
  BOOST_TEST(binance.spell({"eth", "eur"}) == "ETHEUR");
}

BOOST_AUTO_TEST_CASE(the_request_asks_for_no_more_than_the_hours_wanted) {
  BOOST_TEST(binance.request(endpoint, {t0, after(t0, 3)}).url ==
             "https://api.binance.com/api/v3/klines?symbol=BTCUSDT&interval=1h&startTime=1735689600000&limit=3");
}

BOOST_AUTO_TEST_CASE(klines_are_read_exactly_as_written) {
  const auto got = candles(binance.parse(ok(body), now));
  BOOST_REQUIRE_EQUAL(got.size(), 2u);
  BOOST_TEST((got[0] == Candle{t0, 93576, 94509.42, 93489.03, 94401.14, 755.9901}));
  BOOST_TEST((got[1] == Candle{after(t0, 1), 94401.13, 94408.72, 93578.77, 93607.74, 586.53456}));
}

BOOST_AUTO_TEST_CASE(an_unknown_symbol_is_refused_with_what_binance_says) {
  BOOST_TEST(refusal(binance.parse({400, {}, R"({"code":-1121,"msg":"Invalid symbol."})"}, now)).reason ==
             "HTTP 400: Invalid symbol.");
}

// https://developers.binance.com/docs/binance-spot-api-docs/errors: -1003 TOO_MANY_REQUESTS, with its texts.
BOOST_AUTO_TEST_CASE(a_refusal_with_status_200_keeps_its_words_and_its_pause) {
  BOOST_TEST((refusal(binance.parse(ok(R"({"code":-1003,"msg":"Too many requests queued."})"), now)) ==
              Refusal{"code -1003: Too many requests queued.", usual_pause}));
  BOOST_TEST((refusal(binance.parse(ok(R"({"code":-1003,"msg":"In words of the future."})"), now)) ==
              Refusal{"code -1003: In words of the future.", usual_pause}));
  BOOST_TEST((refusal(binance.parse(ok(R"({"code":-1121,"msg":"Invalid symbol."})"), now)) ==
              Refusal{"code -1121: Invalid symbol.", 0}));
  const auto banned = R"({"code":-1003,"msg":"Way too much request weight used; IP banned until )" +
                      std::to_string(now.value + 90'000) +
                      R"(. Please use WebSocket Streams for live updates to avoid bans."})";
  BOOST_TEST(refusal(binance.parse(ok(banned), now)).pause_ms == 90'000);
  BOOST_TEST(refusal(binance.parse({418, {}, banned}, now)).pause_ms == 90'000);
  BOOST_TEST(refusal(binance.parse({418, {{"retry-after", "7"}}, banned}, now)).pause_ms == 7'000);
  BOOST_TEST(refusal(binance.parse({418, {}, R"({"code":-1003,"msg":"IP banned until 99999999999999999."})"}, now)).pause_ms ==
             longest_pause);
  BOOST_TEST(refusal(binance.parse({418, {}, R"({"code":-1003,"msg":"IP banned until tomorrow."})"}, now)).pause_ms ==
             usual_pause);
}

BOOST_AUTO_TEST_CASE(a_ban_lasts_as_long_as_binance_says) {
  const auto r = refusal(
    binance.parse({418, {{"retry-after", "3600"}}, R"({"code":-1003,"msg":"Way too many requests; IP banned."})"}, now));
  BOOST_TEST(r.pause_ms == 3'600'000);
  BOOST_TEST(r.reason == "HTTP 418: Way too many requests; IP banned.");
}

BOOST_AUTO_TEST_CASE(a_candle_that_closes_before_it_opens_is_left_out) {
  auto bad = body;
  bad.replace(bad.find("1735693199999"), 13, "1735689599999");
  const auto parsed = binance.parse(ok(bad), now);
  BOOST_TEST(candles(parsed).size() == 1u);
  BOOST_TEST(warnings(parsed).ends_with("row 1: closes before it opens"));
}

BOOST_AUTO_TEST_CASE(a_row_at_a_time_that_cannot_be_is_left_out) {
  for (const auto* time :
       {"-1", "0", "1735689600", "99999999999999", "9223372036854775807", "18446744073709551615", "1735689600000.5", "1e400"}) {
    auto bad = body;
    bad.replace(bad.find("1735689600000"), 13, time);
    BOOST_TEST(candles(binance.parse(ok(bad), now)).size() == 1u, time << " was taken");
  }
}

BOOST_AUTO_TEST_CASE(nothing_malformed_is_taken) {
  check_common(binance);
  check_truncation(binance, body);
  check_mutations(binance, body);
  for (const auto* field : {"1735689600000", "\"93576.00000000\"", "\"94509.42000000\"", "\"93489.03000000\"",
                            "\"94401.14000000\"", "1735693199999"})
    check_nonsense(binance, body, field);
  check_volume(binance, body, "\"755.99010000\"");
}

BOOST_AUTO_TEST_CASE(every_interval_is_asked_for_in_binances_spelling) {
  for (const auto& [minutes, name] : {std::pair{1, "1m"}, {5, "5m"}, {60, "1h"}, {1'440, "1d"}}) {
    const Interval step{minutes * 60'000};
    BOOST_TEST(binance.request(endpoint, {t0, after(t0, 3, step), step}).url ==
               std::string("https://api.binance.com/api/v3/klines?symbol=BTCUSDT&interval=") + name +
                 "&startTime=1735689600000&limit=3");
  }
}
