#define BOOST_TEST_MODULE tiingo
#include "tests/market/market_fixture.hpp"

using namespace inferd;
using namespace inferd::market;
using namespace inferd::market::test;

namespace {

const std::string body =
  R"([{"ticker":"btcusd","baseCurrency":"btc","quoteCurrency":"usd","priceData":[)"
  R"({"date":"2025-01-01T00:00:00+00:00","open":93548.7891,"high":94000.1,"low":93500.0,"close":93900.123456789012,)"
  R"("volume":512.25,"volumeNotional":48101234.5,"tradesDone":41231.0},)"
  R"({"date":"2025-01-01T01:00:00+00:00","open":93900.0,"high":94100,"low":93800.5,"close":94050.0,"volume":1e2,)"
  R"("volumeNotional":9405000.0,"tradesDone":9000.0}]}])";

const Endpoint endpoint{"https://api.tiingo.com", "btcusd", Token("s3cret")};

} // namespace

BOOST_AUTO_TEST_CASE(the_request_names_ticker_days_and_frequency) {
  const auto r = tiingo.request(endpoint, {after(t0, 5), after(t0, 30)});
  BOOST_TEST(r.url == "https://api.tiingo.com/tiingo/crypto/prices?tickers=btcusd&startDate=2025-01-01&endDate=2025-01-03"
                      "&resampleFreq=1hour");
}

BOOST_AUTO_TEST_CASE(the_token_goes_in_the_header_and_never_in_the_url) {
  const auto r = tiingo.request(endpoint, {t0, after(t0, 1)});
  BOOST_TEST(header(r, "Authorization") == "Token s3cret");
  BOOST_TEST(r.url.find("s3cret") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(prices_are_read_exactly_as_written) {
  const auto got = candles(tiingo.parse(ok(body), now));
  BOOST_REQUIRE_EQUAL(got.size(), 2u);
  BOOST_TEST((got[0] == Candle{t0, 93548.7891, 94000.1, 93500.0, 93900.123456789012, 512.25}));
  BOOST_TEST((got[1] == Candle{after(t0, 1), 93900.0, 94100, 93800.5, 94050.0, 100}));
}

BOOST_AUTO_TEST_CASE(times_with_an_offset_are_brought_to_utc) {
  auto shifted = body;
  shifted.replace(shifted.find("2025-01-01T00:00:00+00:00"), 25, "2025-01-01T02:00:00+02:00");
  BOOST_TEST(candles(tiingo.parse(ok(shifted), now))[0].opens.value == t0.value);
}

BOOST_AUTO_TEST_CASE(no_ticker_in_the_answer_is_no_candles) { BOOST_TEST(candles(tiingo.parse(ok("[]"), now)).empty()); }

BOOST_AUTO_TEST_CASE(two_tickers_are_refused) {
  const auto one = body.substr(1, body.size() - 2);
  BOOST_TEST(refusal(tiingo.parse(ok("[" + one + "," + one + "]"), now)).reason == "2 tickers where one was asked for");
}

BOOST_AUTO_TEST_CASE(a_wrong_token_is_refused_with_what_tiingo_says) {
  BOOST_TEST(refusal(tiingo.parse({401, {}, R"({"detail":"Invalid token."})"}, now)).reason == "HTTP 401: Invalid token.");
}

// The second text came with status 200: https://github.com/hydrosquall/tiingo-python/issues/45
BOOST_AUTO_TEST_CASE(a_refusal_in_plain_text_keeps_its_words) {
  const std::string hourly = "Error: You have run over your hourly request allocation.\n";
  BOOST_TEST((refusal(tiingo.parse({429, {}, hourly}, now)) ==
              Refusal{"HTTP 429: Error: You have run over your hourly request allocation.", usual_pause}));
  const std::string monthly = "You have run over your 500 symbol look up for this month. Please upgrade at "
                              "https://api.tiingo.com/pricing to have your limits increased.";
  BOOST_TEST((refusal(tiingo.parse(ok(monthly), now)) == Refusal{"no data, but the text: " + monthly, usual_pause}));
  BOOST_TEST(refusal(tiingo.parse(ok("Word " + std::string(100'000, 'x')), now)).reason.size() == 23u + 160u);
}

BOOST_AUTO_TEST_CASE(a_query_and_headers_of_ones_own_are_kept) {
  const Endpoint own{"https://gate.example/t/?apikey=K", "btcusd", Token("s3cret"), {{"X-Key", "v"}}};
  const auto r = tiingo.request(own, {t0, after(t0, 1)});
  BOOST_TEST(r.url == "https://gate.example/t/tiingo/crypto/prices?apikey=K&tickers=btcusd&startDate=2025-01-01"
                      "&endDate=2025-01-02&resampleFreq=1hour");
  BOOST_TEST(header(r, "X-Key") == "v");
}

BOOST_AUTO_TEST_CASE(a_bad_row_is_named) {
  auto bad = body;
  bad.replace(bad.find("\"close\":94050.0"), 15, "\"close\":null");
  BOOST_TEST(warnings(tiingo.parse(ok(bad), now)) ==
             "1 row(s) left out that cannot be read, the first: row 2: close: not a number");
  bad = body;
  bad.replace(bad.find("\"close\":94050.0,"), 16, "");
  BOOST_TEST(warnings(tiingo.parse(ok(bad), now)).ends_with("row 2: close: missing"));
  bad.replace(bad.find("\"close\":93900"), 7, "\"cloze\"");
  BOOST_TEST(refusal(tiingo.parse(ok(bad), now)).reason == "row 1: close: missing"); // none can be read
}

BOOST_AUTO_TEST_CASE(nothing_malformed_is_taken) {
  check_common(tiingo);
  check_truncation(tiingo, body);
  check_mutations(tiingo, body);
  for (const auto* field : {"93548.7891", "94000.1", "93500.0", "93900.123456789012", "\"2025-01-01T00:00:00+00:00\""})
    check_nonsense(tiingo, body, field);
  check_volume(tiingo, body, "512.25");
}

BOOST_AUTO_TEST_CASE(every_interval_is_asked_for_in_tiingos_spelling) {
  for (const auto& [minutes, name] : {std::pair{1, "1min"}, {5, "5min"}, {60, "1hour"}, {1'440, "1day"}}) {
    const Interval step{minutes * 60'000};
    BOOST_TEST(tiingo.request(endpoint, {t0, after(t0, 3, step), step}).url.ends_with(std::string("resampleFreq=") + name));
  }
}
