// Coinbase Exchange candles: newest first, columns low and high before open and close, hours without trades omitted.

#include "runtime/market/fields.hpp"
#include "runtime/market/vendors/vendor_api.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <fmt/format.h>

namespace inferd::market {
namespace {

std::string spell(const Pair& pair) { return upper(pair.base) + "-" + upper(pair.quote); }

HttpRequest request(const Endpoint& to, const CandleRange& range) {
  // Whether `end` is inclusive is undocumented. A page of 299 fits the limit of 300 candles either way.
  return get(
    to, fmt::format("/products/{}/candles", url_encode(to.symbol)),
    fmt::format("granularity={}&start={}&end={}", range.interval.ms / 1'000, utc_text(range.since), utc_text(range.until)),
    {{"User-Agent", "inferd"}}); // required
}

Candle candle(const boost::json::value& v) {
  const auto& r = row(v, 6);
  return {time_of(r[0], 1'000, "time"), decimal(r[3], "open"),  decimal(r[2], "high"),
          decimal(r[1], "low"),         decimal(r[4], "close"), volume(&r[5])};
}

Parsed parse(const HttpAnswer& answer, Instant now) {
  return parse_answer(answer, now, [](const boost::json::value& body) -> Parsed {
    auto rows = each_row(array(body, "answer"), candle);
    std::reverse(rows.candles.begin(), rows.candles.end());
    return rows;
  });
}

} // namespace

const VendorApi coinbase{"coinbase", "https://api.exchange.coinbase.com", 299, 0, 0, false, spell, request, parse};

} // namespace inferd::market
