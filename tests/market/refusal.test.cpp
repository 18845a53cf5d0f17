#define BOOST_TEST_MODULE refusal
#include "runtime/market/refusal.hpp"

#include "runtime/market/candle_range.hpp"
#include "runtime/market/token.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::market;

namespace {
const Instant now = *parse_iso("2025-01-01T00:00:00Z");
std::optional<std::int64_t> pause(std::string text) {
  return retry_after({{"date", "x"}, {"retry-after", std::move(text)}}, now);
}
} // namespace

BOOST_AUTO_TEST_CASE(no_pause_is_longer_than_the_longest_believed) {
  for (const auto* text : {"999999999", "99999999999999999999999", "Fri, 01 Jan 2100 00:00:00 GMT"})
    BOOST_TEST(pause(text).value() == longest_pause, text);
}

BOOST_AUTO_TEST_CASE(only_a_well_formed_retry_after_header_counts) {
  BOOST_TEST(pause("120").value() == 120'000);
  BOOST_TEST(!pause("soon"));
  BOOST_TEST(!retry_after({}, now));
}

BOOST_AUTO_TEST_CASE(too_many_requests_without_a_time_ask_for_the_usual_pause) {
  BOOST_TEST(refuse_status({429, {}, ""}, now)->pause_ms == usual_pause);
  BOOST_TEST(refuse_status({429, {{"retry-after", "soon"}}, ""}, now)->pause_ms == usual_pause);
  BOOST_TEST(refuse_status({418, {}, ""}, now)->pause_ms == usual_pause);
  BOOST_TEST(refuse_status({503, {{"retry-after", "30"}}, ""}, now)->pause_ms == 30'000);
  BOOST_TEST(refuse_status({500, {}, ""}, now)->pause_ms == 0);
  BOOST_TEST(!refuse_status({200, {{"retry-after", "30"}}, ""}, now));
}

BOOST_AUTO_TEST_CASE(the_body_message_is_sanitized) {
  BOOST_TEST(refuse_status({400, {}, R"({"msg":"Invalid symbol."})"}, now)->reason == "HTTP 400: Invalid symbol.");
  BOOST_TEST(refuse_status({400, {}, "{\"msg\":\"a\\nb\\u001b[31m\"}"}, now)->reason == "HTTP 400: a?b?[31m");
  BOOST_TEST(refuse_status({400, {}, R"({"msg":")" + std::string(1'000, 'x') + R"("})"}, now)->reason.size() == 10u + 160u);
  for (const auto* body : {"", "<html>", "[]", "{\"msg\":5}", "{\"msg\":", " \n"})
    BOOST_TEST(refuse_status({502, {}, body}, now)->reason.starts_with("HTTP 502"), body);
}

BOOST_AUTO_TEST_CASE(an_echoed_token_is_redacted) {
  BOOST_TEST(Token("s3cret").redact("bad token s3cret, s3cret!") == "bad token ***, ***!");
  BOOST_TEST(Token().redact("as it is") == "as it is");
}

BOOST_AUTO_TEST_CASE(a_token_moved_away_is_gone) {
  Token a("s3cret");
  const Token b(std::move(a));
  BOOST_TEST(a.empty()); // NOLINT: moved-from on purpose
  BOOST_TEST(b.reveal() == "s3cret");
}
