// Coinbase Exchange candles: newest first, columns low and high before open and close, hours without trades omitted.

#include "runtime/market/fields.hpp"
#include "runtime/market/vendors/vendor_api.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <fmt/format.h>

namespace inferd::market {
namespace {

std::string spell(const Pair& pair) { return upper(pair.base) + "-" + upper(pair.quote); }

HttpRequest request(const Endpoint& to, const Hours& hours) {
  // Whether `end` is inclusive is undocumented. A page of 299 hours fits the limit of 300 candles either way.
  auto r = get(fmt::format("{}/products/{}/candles?granularity=3600&start={}&end={}", to.url, url_encode(to.symbol),
                           utc_text(hours.since), utc_text(hours.until)));
  r.headers = {{"User-Agent", "inferd"}}; // required
  return r;
}

Candle candle(const boost::json::value& v) {
  const auto& r = row(v, 6);
  return {time_of(r[0], 1'000, "time"), decimal(r[3], "open"),  decimal(r[2], "high"),
          decimal(r[1], "low"),         decimal(r[4], "close"), decimal(r[5], "volume")};
}

Parsed parse(const HttpAnswer& answer, Instant now) {
  return parse_answer(answer, now, [](const boost::json::value& body) -> Parsed {
    auto candles = each_row(array(body, "answer"), candle);
    std::reverse(candles.begin(), candles.end());
    return candles;
  });
}

} // namespace

const VendorApi coinbase{"coinbase", "https://api.exchange.coinbase.com", 299, 0, 0, false, spell, request, parse};

} // namespace inferd::market
