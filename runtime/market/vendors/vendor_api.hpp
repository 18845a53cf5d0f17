#pragma once
// The sources spoken to over HTTP, one file each. All of it pure: a request is a value, an answer is parsed by a function.

#include "runtime/market/hours.hpp"
#include "runtime/market/pair.hpp"
#include "runtime/market/refusal.hpp"
#include "runtime/market/token.hpp"

#include <string>
#include <string_view>

namespace inferd::market {

/// Whom to ask.
struct Endpoint {
  std::string url;    ///< scheme, host, maybe port and a prefix; no slash at the end
  std::string symbol; ///< as the source spells it
  Token token;        ///< only Tiingo's
};

/// A form of request and answer.
struct VendorApi {
  std::string_view kind;
  std::string_view url;    ///< the public endpoint
  std::int64_t page;       ///< hours one request may ask for
  std::int64_t reach;      ///< hours it looks back from now, the forming one included; 0: no bound
  std::int64_t spacing_ms; ///< after an answer without news, the same is not asked sooner
  bool needs_token;
  std::string (*spell)(const Pair&);
  HttpRequest (*request)(const Endpoint&, const Hours&); ///< at most `page` hours, not empty
  Parsed (*parse)(const HttpAnswer&, Instant now);       ///< may hold more than was asked for
};

extern const VendorApi tiingo, binance, coinbase, kraken;

/// By its kind; null for an unknown one.
const VendorApi* find_vendor(std::string_view kind);

/// Letters, digits and -._~ as they are, the rest as %XX: for what goes into a query or a path.
std::string url_encode(std::string_view);

} // namespace inferd::market
