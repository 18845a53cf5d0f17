// Kraken OHLC: at most the newest 720 candles, whatever `since` is; errors come with HTTP 200.

#include "runtime/market/fields.hpp"
#include "runtime/market/vendors/vendor_api.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

namespace inferd::market {
namespace {

std::string spell(const Pair& pair) {
  const auto own = [](std::string_view asset) -> std::string {
    return asset == "btc" ? "XBT" : asset == "doge" ? "XDG" : upper(asset);
  };
  return own(pair.base) + own(pair.quote);
}

HttpRequest request(const Endpoint& to, const CandleRange& range) {
  // One second early, so that the first candle is included whether `since` is inclusive or not.
  return get(to, "/0/public/OHLC",
             fmt::format("pair={}&interval={}&since={}", url_encode(to.symbol), range.interval.ms / 60'000,
                         range.since.value / 1'000 - 1));
}

Candle candle(const boost::json::value& v) {
  const auto& r = row(v, 7); // [5] is the volume-weighted average price
  return {time_of(r[0], 1'000, "time"), decimal(r[1], "open"),  decimal(r[2], "high"),
          decimal(r[3], "low"),         decimal(r[4], "close"), volume(&r[6])};
}

/// Errors are "<severity><category>:<text>", e.g. "EAPI:Rate limit exceeded"; severity W is a warning.
std::optional<Refusal> refuse(const boost::json::array& errors) {
  for (const auto& e : errors) {
    const auto* error_text = e.if_string();
    const std::string_view text = error_text && !error_text->empty() ? std::string_view(*error_text) : "an error without words";
    if (text.starts_with('W')) continue;
    const auto has = [&](std::string_view part) { return text.find(part) != text.npos; };
    const bool too_many = has("Rate limit") || has("Too many requests") || has("Throttled") || has("lockout");
    return Refusal{printable(text), too_many ? usual_pause : 0};
  }
  return {};
}

Parsed parse(const HttpAnswer& answer, Instant now) {
  return parse_answer(answer, now, [](const boost::json::value& body) -> Parsed {
    const auto& whole = object(body, "answer");
    if (auto refusal = refuse(array(member(whole, "error"), "error"))) return *refusal;
    const boost::json::value* pair = nullptr;
    for (const auto& [name, value] : object(member(whole, "result"), "result")) {
      if (name == "last") continue;
      if (pair) return Refusal{"several pairs where one was asked for"};
      pair = &value;
    }
    if (!pair) return Refusal{"result: no pair in it"};
    return each_row(array(*pair, "pair"), candle);
  });
}

} // namespace

const VendorApi kraken{"kraken", "https://api.kraken.com", 720, 720, 0, false, spell, request, parse};

} // namespace inferd::market
