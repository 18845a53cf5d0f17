#define BOOST_TEST_MODULE kraken
#include "tests/market/market_fixture.hpp"

using namespace inferd;
using namespace inferd::market;
using namespace inferd::market::test;

namespace {

// The key is not the requested pair.
const std::string body = R"({"error":[],"result":{"XXBTZUSD":[)"
                         R"([1735689600,"93548.8","94500.0","93484.0","94390.1","94011.5","50.12345678",1234],)"
                         R"([1735693200,"94390.1","94390.2","93560.0","93610.0","93901.9","61.5",1500]],"last":1735689600}})";

const Endpoint endpoint{"https://api.kraken.com", "XBTUSD", {}};

std::string with_error(const std::string& error) { return R"({"error":[")" + error + R"("]})"; }

} // namespace

BOOST_AUTO_TEST_CASE(bitcoin_and_dogecoin_have_krakens_own_names) {
  BOOST_TEST(kraken.spell({"btc", "usd"}) == "XBTUSD");
  BOOST_TEST(kraken.spell({"eth", "btc"}) == "ETHXBT");
  BOOST_TEST(kraken.spell({"doge", "usd"}) == "XDGUSD");
}

BOOST_AUTO_TEST_CASE(the_request_begins_a_second_early_so_that_the_first_hour_is_inside) {
  BOOST_TEST(kraken.request(endpoint, {t0, after(t0, 3)}).url ==
             "https://api.kraken.com/0/public/OHLC?pair=XBTUSD&interval=60&since=1735689599");
}

BOOST_AUTO_TEST_CASE(volume_is_read_behind_the_mean_price) {
  const auto got = candles(kraken.parse(ok(body), now));
  BOOST_REQUIRE_EQUAL(got.size(), 2u);
  BOOST_TEST((got[0] == Candle{t0, 93548.8, 94500, 93484, 94390.1, 50.12345678}));
  BOOST_TEST((got[1] == Candle{after(t0, 1), 94390.1, 94390.2, 93560, 93610, 61.5}));
}

BOOST_AUTO_TEST_CASE(an_error_with_http_200_is_a_refusal) {
  BOOST_TEST(
    (refusal(kraken.parse(ok(with_error("EQuery:Unknown asset pair")), now)) == Refusal{"EQuery:Unknown asset pair", 0}));
}

BOOST_AUTO_TEST_CASE(too_many_requests_with_http_200_ask_for_a_pause) {
  for (const auto* error : {"EAPI:Rate limit exceeded", "EGeneral:Too many requests", "EService:Throttled: 1735689600",
                            "EGeneral:Temporary lockout"})
    BOOST_TEST(refusal(kraken.parse(ok(with_error(error)), now)).pause_ms == usual_pause);
}

BOOST_AUTO_TEST_CASE(a_warning_beside_a_result_is_no_error) {
  auto warned = body;
  warned.replace(warned.find("[]"), 2, R"(["WGeneral:Deprecated"])");
  BOOST_TEST(candles(kraken.parse(ok(warned), now)).size() == 2u);
}

BOOST_AUTO_TEST_CASE(an_error_that_is_not_text_is_still_an_error) {
  BOOST_TEST(!refusal(kraken.parse(ok(R"({"error":[5],"result":{}})"), now)).reason.empty());
  for (const char* wordless : {R"({"error":[null]})", R"({"error":[""]})"})
    BOOST_TEST(refusal(kraken.parse(ok(wordless), now)).reason == "an error without words");
}

BOOST_AUTO_TEST_CASE(no_pair_or_two_pairs_are_refused) {
  BOOST_TEST(refusal(kraken.parse(ok(R"({"error":[],"result":{"last":1}})"), now)).reason == "result: no pair in it");
  BOOST_TEST(refusal(kraken.parse(ok(R"({"error":[],"result":{"A":[],"B":[],"last":1}})"), now)).reason ==
             "several pairs where one was asked for");
  BOOST_TEST(refusal(kraken.parse(ok(R"({"result":{"A":[]}})"), now)).reason == "error: missing");
  BOOST_TEST(refusal(kraken.parse(ok(R"({"error":[]})"), now)).reason == "result: missing");
}

BOOST_AUTO_TEST_CASE(nothing_malformed_is_taken) {
  check_common(kraken);
  check_truncation(kraken, body);
  check_mutations(kraken, body);
  for (const auto* field : {"1735689600", "\"93548.8\"", "\"94500.0\"", "\"93484.0\"", "\"94390.1\""})
    check_nonsense(kraken, body, field);
  check_volume(kraken, body, "\"50.12345678\"");
}

BOOST_AUTO_TEST_CASE(every_interval_is_asked_for_in_minutes) {
  for (const auto minutes : {1, 5, 60, 1'440}) {
    const Interval step{minutes * 60'000};
    BOOST_TEST(kraken.request(endpoint, {t0, after(t0, 3, step), step}).url.find("interval=" + std::to_string(minutes) + "&") !=
               std::string::npos);
  }
}
