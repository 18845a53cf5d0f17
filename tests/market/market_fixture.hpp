#pragma once
// Hand-written candles, and checks for every vendor's parser.

#include "runtime/market/hours.hpp"
#include "runtime/market/refusal.hpp"
#include "runtime/market/vendors/vendor_api.hpp"
#include "runtime/market/validate.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace inferd::market::test {

inline const Instant t0 = *parse_iso("2025-01-01T00:00:00Z");
inline const Instant now = after(t0, 12);

/// The `n`th hour after t0, prices around `close`.
inline Candle candle(std::int64_t n, double close = 100) { return {after(t0, n), close, close + 1, close - 1, close, 5}; }

inline HttpAnswer ok(std::string body) { return {200, {}, std::move(body)}; }

inline std::vector<Candle> candles(const Parsed& parsed) {
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) BOOST_FAIL("refused: " + refusal->reason);
  return std::get<std::vector<Candle>>(parsed);
}
inline Refusal refusal(const Parsed& parsed) {
  if (!std::holds_alternative<Refusal>(parsed)) BOOST_FAIL("not refused");
  return std::get<Refusal>(parsed);
}

/// The body truncated at each byte is rejected with a reason.
inline void check_truncation(const VendorApi& source, const std::string& body) {
  for (std::size_t n = 0; n < body.size(); ++n) BOOST_TEST(!refusal(source.parse(ok(body.substr(0, n)), now)).reason.empty());
}

/// The body with each byte changed is rejected or parsed, then validated, without an exception.
inline void check_mutations(const VendorApi& source, const std::string& body) {
  for (std::size_t n = 0; n < body.size(); ++n)
    for (const char c : {'\0', '"', '[', '}', ',', '-', '9', 'e', '.', '\\', '\xff'}) {
      auto changed = body;
      changed[n] = c;
      const auto parsed = source.parse(ok(std::move(changed)), now);
      if (const auto* read = std::get_if<std::vector<Candle>>(&parsed)) BOOST_REQUIRE_NO_THROW(check(*read, now));
    }
}

/// `body` with `good` replaced by invalid values is rejected.
inline void check_nonsense(const VendorApi& source, const std::string& body, const std::string& good) {
  const auto at = body.find(good);
  BOOST_REQUIRE(at != body.npos);
  for (const auto* bad : {"null", "true", "{}", "[]", R"("")", R"("NaN")", R"("nan")", R"("Infinity")", R"("-inf")", "1e400",
                          R"("1e999")", R"("12abc")", R"("0x1p3")", R"(" 1")", R"("+1")", R"("1,5")", "NaN"}) {
    auto changed = body;
    changed.replace(at, good.size(), bad);
    BOOST_TEST(std::holds_alternative<Refusal>(source.parse(ok(changed), now)), good << " as " << bad << " was taken");
  }
}

/// Checks that apply to every vendor: HTTP statuses, pauses, invalid JSON, oversized bodies.
inline void check_common(const VendorApi& source) {
  BOOST_TEST(refusal(source.parse({503, {}, "<html>"}, now)).reason == "HTTP 503");
  BOOST_TEST(refusal(source.parse({404, {}, R"({"message":"NotFound"})"}, now)).reason == "HTTP 404: NotFound");
  BOOST_TEST(refusal(source.parse({301, {{"location", "https://elsewhere"}}, ""}, now)).reason == "HTTP 301");
  BOOST_TEST((refusal(source.parse({429, {{"retry-after", "7"}}, ""}, now)) == Refusal{"HTTP 429", 7'000}));
  BOOST_TEST((refusal(source.parse({418, {}, ""}, now)) == Refusal{"HTTP 418", usual_pause}));
  for (const auto* body : {"", " ", "<html></html>", "nul", "[[[", "{\"a\":1}", "42", "\"text\"", "[1]", "[null]", "[[]]",
                           "[{}]", "[[1,2,3]]", "[] []"})
    BOOST_TEST(std::holds_alternative<Refusal>(source.parse(ok(body), now)), body << " was taken");
  std::string many = "[";
  for (int i = 0; i < 250'000; ++i) many += "1,";
  BOOST_TEST(!refusal(source.parse(ok(many + "1]"), now)).reason.empty());
  BOOST_TEST(!refusal(source.parse(ok(std::string(100'000, '[')), now)).reason.empty());
  BOOST_TEST(!refusal(source.parse(ok(std::string(5u << 20, ' ')), now)).reason.empty());
}

inline std::string header(const HttpRequest& r, const std::string& name) {
  for (const auto& [n, v] : r.headers)
    if (n == name) return v;
  return {};
}

} // namespace inferd::market::test
