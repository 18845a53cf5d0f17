#pragma once

#include "runtime/market/token.hpp"
#include "runtime/market/validate.hpp"
#include "runtime/market/worker.hpp"
#include "runtime/ports/clock_port.hpp"
#include "runtime/ports/http_port.hpp"
#include "runtime/ports/market_port.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace inferd::market {

/// One [[market.source]].
struct SourceSettings {
  std::string kind;           ///< csv, or VendorApi::kind
  std::string name;           ///< AskCandles::source; empty: the kind
  std::string url;            ///< empty: the public endpoint of the kind; a path and a query of its own are kept
  std::filesystem::path path; ///< csv only
  std::string symbol;         ///< as the source spells it; empty: derived from the market's symbol
  Token token;                ///< tiingo only; without it requests fail
  HttpHeaders headers;        ///< added to every request; secret
};

struct MarketSettings {
  std::string symbol; ///< "btcusd"
  std::vector<SourceSettings> sources;
  std::filesystem::path cache_dir; ///< cached candles, one file per source; empty: no cache on disk
  Bounds bounds;                   ///< its interval is that of the candles
};

/// The market of one symbol. The caller chooses the source and judges the candles' age. Requests to one source are served in
/// order, each within limits::source_deadline of its turn. At most limits::market_requests are queued; further ones, and those
/// for unknown sources, fail at once. The destructor answers all pending requests with SourceFailed.
///
/// Throws std::invalid_argument, which names the source: unknown kind, duplicate name, csv without path, url that is not
/// http(s), symbol that cannot be spelled, token with spaces or control characters. `worker` null: uses a thread of its own.
std::shared_ptr<MarketPort> make_market(MarketSettings, std::shared_ptr<HttpPort>, std::shared_ptr<ClockPort>,
                                        std::shared_ptr<Worker> worker = nullptr);

/// The supported kinds, for messages.
std::string source_kinds();

} // namespace inferd::market
