#pragma once
// The HTTP APIs, one file each. Pure functions: build a request, parse a reply.

#include "runtime/market/candle_range.hpp"
#include "runtime/market/pair.hpp"
#include "runtime/market/refusal.hpp"
#include "runtime/market/token.hpp"

#include <span>
#include <string>
#include <string_view>

namespace inferd::market {

struct Endpoint {
  std::string url;          ///< scheme, host, optional port, path prefix and query
  std::string symbol;       ///< as the source spells it
  Token token;              ///< tiingo only
  HttpHeaders headers = {}; ///< the operator's, which win over the vendor's; secret
};

/// A vendor's request and reply format.
struct VendorApi {
  std::string_view kind;
  std::string_view url;    ///< the public endpoint
  std::int64_t page;       ///< candles per request
  std::int64_t reach;      ///< candles available before now, the forming one included; 0: unlimited
  std::int64_t spacing_ms; ///< after a reply without news, minimum time before the same request
  bool needs_token;
  std::string (*spell)(const Pair&);
  HttpRequest (*request)(const Endpoint&,
                         const CandleRange&); ///< at most `page` candles, not empty; of any of the intervals 1m, 5m, 1h, 1d
  Parsed (*parse)(const HttpAnswer&, Instant now); ///< may return more than requested
};

extern const VendorApi tiingo, binance, coinbase, kraken;

std::span<const VendorApi* const> vendors();

/// Null for an unknown kind.
const VendorApi* find_vendor(std::string_view kind);

/// A request within the deadline and size of limits.hpp: `path` behind the endpoint's, `query` behind the endpoint's own.
HttpRequest get(const Endpoint&, std::string_view path, std::string_view query, HttpHeaders headers = {});

/// Percent-encodes all but RFC 3986's unreserved characters.
std::string url_encode(std::string_view);

} // namespace inferd::market
