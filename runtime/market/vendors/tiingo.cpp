// Tiingo crypto prices: ranges are in days, and the reply holds the whole first day.

#include "runtime/market/fields.hpp"
#include "runtime/market/vendors/vendor_api.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <fmt/format.h>

namespace inferd::market {
namespace {

std::string spell(const Pair& pair) { return pair.base + pair.quote; }

HttpRequest request(const Endpoint& to, const Hours& hours) {
  // The day after the last hour's, so that nothing is cut off whether endDate is inclusive or not.
  auto r = get(fmt::format("{}/tiingo/crypto/prices?tickers={}&startDate={}&endDate={}&resampleFreq=1hour", to.url,
                           url_encode(to.symbol), utc_date(hours.since), utc_date(after(hours.until, 24))));
  r.headers = {{"Authorization", "Token " + to.token.reveal()}, {"Content-Type", "application/json"}};
  return r;
}

Candle candle(const boost::json::value& v) {
  const auto& o = object(v, "price");
  return {time_of(member(o, "date"), "date"), decimal(member(o, "open"), "open"),   decimal(member(o, "high"), "high"),
          decimal(member(o, "low"), "low"),   decimal(member(o, "close"), "close"), decimal(member(o, "volume"), "volume")};
}

Parsed parse(const HttpAnswer& answer, Instant now) {
  return parse_answer(answer, now, [](const boost::json::value& body) -> Parsed {
    const auto& tickers = array(body, "answer");
    if (tickers.empty()) return std::vector<Candle>{}; // nothing in the range, or an unknown ticker
    if (tickers.size() > 1) return Refusal{fmt::format("{} tickers where one was asked for", tickers.size())};
    return each_row(array(member(object(tickers[0], "ticker"), "priceData"), "priceData"), candle);
  });
}

} // namespace

// The free plan allows 50 requests per hour: one per 72 s.
const VendorApi tiingo{"tiingo", "https://api.tiingo.com", 2'000, 0, 72'000, true, spell, request, parse};

} // namespace inferd::market
