#define BOOST_TEST_MODULE coinbase
#include "tests/market/market_fixture.hpp"

using namespace inferd;
using namespace inferd::market;
using namespace inferd::market::test;

namespace {

// Newest first; 02:00 had no trades.
const std::string body = R"([[1735700400,93500.01,94000.5,93600,93999.99,210.5],)"
                         R"([1735693200,93578.77,94408.72,94401.13,93607.74,586.53456],)"
                         R"([1735689600,93489.03,94509.42,93576.00,94401.14,755.9901]])";

const Endpoint endpoint{"https://api.exchange.coinbase.com", "BTC-USD", {}};

} // namespace

BOOST_AUTO_TEST_CASE(a_pair_is_spelled_with_a_dash) { BOOST_TEST(coinbase.spell({"btc", "usd"}) == "BTC-USD"); }

BOOST_AUTO_TEST_CASE(the_request_says_who_asks_and_spans_at_most_300_candles) {
  const auto r = coinbase.request(endpoint, {t0, after(t0, 299)});
  BOOST_TEST(r.url == "https://api.exchange.coinbase.com/products/BTC-USD/candles?granularity=3600"
                      "&start=2025-01-01T00:00:00Z&end=2025-01-13T11:00:00Z");
  BOOST_TEST(!header(r, "User-Agent").empty());
  BOOST_TEST(coinbase.page + 1 <= 300); // both ends inclusive
}

BOOST_AUTO_TEST_CASE(candles_come_oldest_first_with_open_and_close_in_their_places) {
  const auto got = candles(coinbase.parse(ok(body), now));
  BOOST_REQUIRE_EQUAL(got.size(), 3u);
  BOOST_TEST((got[0] == Candle{t0, 93576.00, 94509.42, 93489.03, 94401.14, 755.9901}));
  BOOST_TEST((got[1] == Candle{after(t0, 1), 94401.13, 94408.72, 93578.77, 93607.74, 586.53456}));
  BOOST_TEST((got[2] == Candle{after(t0, 3), 93600, 94000.5, 93500.01, 93999.99, 210.5}));
}

BOOST_AUTO_TEST_CASE(an_unknown_product_is_refused_with_what_coinbase_says) {
  BOOST_TEST(refusal(coinbase.parse({404, {}, R"({"message":"NotFound"})"}, now)).reason == "HTTP 404: NotFound");
}

BOOST_AUTO_TEST_CASE(an_object_where_rows_are_expected_is_refused) {
  BOOST_TEST(refusal(coinbase.parse(ok(R"({"message":"Unsupported granularity"})"), now)).reason == "Unsupported granularity");
  BOOST_TEST(refusal(coinbase.parse(ok(R"({"rows":[]})"), now)).reason == "answer: not an array");
}

BOOST_AUTO_TEST_CASE(nothing_malformed_is_taken) {
  check_common(coinbase);
  check_truncation(coinbase, body);
  check_mutations(coinbase, body);
  for (const auto* field : {"1735700400", "93500.01", "94000.5", "93600", "93999.99"}) check_nonsense(coinbase, body, field);
  check_volume(coinbase, body, "210.5");
}

BOOST_AUTO_TEST_CASE(every_interval_is_asked_for_in_seconds) {
  for (const auto& [minutes, seconds] : {std::pair{1, "60&"}, {5, "300&"}, {60, "3600&"}, {1'440, "86400&"}}) {
    const Interval step{minutes * 60'000};
    BOOST_TEST(coinbase.request(endpoint, {t0, after(t0, 3, step), step}).url.find(std::string("granularity=") + seconds) !=
               std::string::npos);
  }
}
