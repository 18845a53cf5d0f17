// Binance klines.

#include "base/duration.hpp"
#include "runtime/market/fields.hpp"
#include "runtime/market/vendors/vendor_api.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

namespace inferd::market {
namespace {

/// Binance has no USD market: usd maps to USDT, which deviates by basis points.
std::string spell(const Pair& pair) { return upper(pair.base) + (pair.quote == "usd" ? "USDT" : upper(pair.quote)); }

HttpRequest request(const Endpoint& to, const CandleRange& range) {
  return get(to, "/api/v3/klines",
             fmt::format("symbol={}&interval={}&startTime={}&limit={}", url_encode(to.symbol), duration_text(range.interval.ms),
                         range.since.value, range.count()));
}

Candle candle(const boost::json::value& v) {
  const auto& r = row(v, 7);
  if (time_of(r[6], 1, "closeTime") <= time_of(r[0], 1, "openTime")) throw std::runtime_error("closes before it opens");
  return {time_of(r[0], 1, "openTime"), decimal(r[1], "open"),  decimal(r[2], "high"),
          decimal(r[3], "low"),         decimal(r[4], "close"), volume(&r[5])};
}

Parsed parse(const HttpAnswer& answer, Instant now) {
  return parse_answer(answer, now,
                      [](const boost::json::value& body) -> Parsed { return each_row(array(body, "answer"), candle); });
}

} // namespace

const VendorApi binance{"binance", "https://api.binance.com", 1'000, 0, 0, false, spell, request, parse};

} // namespace inferd::market
