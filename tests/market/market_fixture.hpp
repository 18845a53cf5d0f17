#pragma once
// Hand-written candles, and checks for every vendor's parser.

#include "runtime/market/candle_range.hpp"
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
  return std::get<Rows>(parsed).candles;
}
inline std::string warnings(const Parsed& parsed) {
  return std::holds_alternative<Rows>(parsed) ? std::get<Rows>(parsed).warnings : "";
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
      if (const auto* read = std::get_if<Rows>(&parsed)) BOOST_REQUIRE_NO_THROW(check(read->candles, now));
    }
}

inline const char* const nonsense[] = {"null",       "true",          "{}",        "[]",      R"("")",      R"("NaN")",
                                       R"("nan")",   R"("Infinity")", R"("-inf")", "1e400",   R"("1e999")", R"("12abc")",
                                       R"("0x1p3")", R"(" 1")",       R"("+1")",   R"("1,5")"};

/// `body` with `good`, a value of one row, replaced by invalid values is read without that row, which is told; NaN is no JSON.
inline void check_nonsense(const VendorApi& source, const std::string& body, const std::string& good) {
  const auto at = body.find(good);
  BOOST_REQUIRE(at != body.npos);
  const auto whole = candles(source.parse(ok(body), now)).size();
  auto changed = body;
  for (const auto* bad : nonsense) {
    changed = body;
    changed.replace(at, good.size(), bad);
    const auto parsed = source.parse(ok(changed), now);
    BOOST_TEST(candles(parsed).size() == whole - 1, good << " as " << bad << " was taken");
    BOOST_TEST(warnings(parsed).starts_with("1 row(s) left out that cannot be read, the first: row "));
  }
  BOOST_TEST(!refusal(source.parse(ok(changed.replace(at, std::string("1,5").size() + 2, "NaN")), now)).reason.empty());
}

/// A volume that cannot be read costs no candle: no feature uses it.
inline void check_volume(const VendorApi& source, const std::string& body, const std::string& volume) {
  const auto whole = candles(source.parse(ok(body), now));
  for (const auto* bad : nonsense) {
    auto changed = body;
    changed.replace(changed.find(volume), volume.size(), bad);
    const auto checked = check(candles(source.parse(ok(changed), now)), now);
    const auto* good = std::get_if<Checked>(&checked);
    BOOST_REQUIRE(good);
    BOOST_TEST(good->candles.size() == whole.size());
    BOOST_TEST(good->warnings.find("1 candle(s) without a volume") != std::string::npos);
  }
}

/// Checks that apply to every vendor: HTTP statuses, pauses, invalid JSON, oversized bodies.
inline void check_common(const VendorApi& source) {
  BOOST_TEST(refusal(source.parse({503, {}, "<html>"}, now)).reason == "HTTP 503");
  BOOST_TEST(refusal(source.parse({404, {}, R"({"message":"NotFound"})"}, now)).reason == "HTTP 404: NotFound");
  BOOST_TEST(refusal(source.parse({403, {}, "Forbidden\r\n for this \x1b[1mkey\n"}, now)).reason ==
             "HTTP 403: Forbidden?? for this ?[1mkey");
  BOOST_TEST(refusal(source.parse(ok(R"({"detail":"Not found."})"), now)).reason == "Not found.");
  BOOST_TEST((refusal(source.parse(ok("Too Many Requests, slow down"), now)) ==
              Refusal{"no data, but the text: Too Many Requests, slow down", usual_pause}));
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
