// Tiingo crypto prices: ranges are in days, and the reply holds the whole first day.

#include "runtime/market/fields.hpp"
#include "runtime/market/vendors/vendor_api.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

namespace inferd::market {
namespace {

std::string spell(const Pair& pair) { return pair.base + pair.quote; }

/// "1min", "5min", "1hour", "1day".
std::string frequency(Interval interval) {
  const auto minutes = interval.ms / 60'000;
  if (minutes % 1'440 == 0) return fmt::format("{}day", minutes / 1'440);
  return minutes % 60 == 0 ? fmt::format("{}hour", minutes / 60) : fmt::format("{}min", minutes);
}

HttpRequest request(const Endpoint& to, const CandleRange& range) {
  // The day after the last candle's, so that nothing is cut off whether endDate is inclusive or not.
  return get(to, "/tiingo/crypto/prices",
             fmt::format("tickers={}&startDate={}&endDate={}&resampleFreq={}", url_encode(to.symbol), utc_date(range.since),
                         utc_date({range.until.value + 24 * ms_per_hour}), frequency(range.interval)),
             {{"Authorization", "Token " + to.token.reveal()}, {"Content-Type", "application/json"}});
}

Candle candle(const boost::json::value& v) {
  const auto& o = object(v, "price");
  return {time_of(member(o, "date"), "date"), decimal(member(o, "open"), "open"),   decimal(member(o, "high"), "high"),
          decimal(member(o, "low"), "low"),   decimal(member(o, "close"), "close"), volume(o.if_contains("volume"))};
}

Parsed parse(const HttpAnswer& answer, Instant now) {
  return parse_answer(answer, now, [](const boost::json::value& body) -> Parsed {
    const auto& tickers = array(body, "answer");
    if (tickers.empty()) return Rows{}; // nothing in the range, or an unknown ticker
    if (tickers.size() > 1) return Refusal{fmt::format("{} tickers where one was asked for", tickers.size())};
    return each_row(array(member(object(tickers[0], "ticker"), "priceData"), "priceData"), candle);
  });
}

} // namespace

// The free plan allows 50 requests per hour: one per 72 s.
const VendorApi tiingo{"tiingo", "https://api.tiingo.com", 2'000, 0, 72'000, true, spell, request, parse};

} // namespace inferd::market
