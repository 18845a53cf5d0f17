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
  std::string kind;           ///< csv, tiingo, binance, coinbase, kraken
  std::string name;           ///< what AskCandles calls it; empty: the kind
  std::string url;            ///< empty: the public endpoint of its kind
  std::filesystem::path path; ///< of a csv
  std::string symbol;         ///< as the source spells it; empty: spelled from the market's symbol
  Token token;                ///< tiingo's; without it, asking fails with a reason
};

struct MarketSettings {
  std::string symbol; ///< "btcusd"
  std::vector<SourceSettings> sources;
  std::filesystem::path cache_dir; ///< candles already downloaded, a file a source; empty: none are kept on disk
  Bounds bounds;
};

/// The market of one symbol. Asks the source it is told to; which one, when and how old is too old is the asker's business.
/// Questions to one source are answered one after the other, each within limits::source_patience of its turn. At most
/// limits::market_questions may be under way; further ones fail at once. A source that does not exist fails too.
/// Destroying it answers everything under way with SourceFailed.
///
/// Throws std::invalid_argument with a sentence that names the source: an unknown kind, a name twice, a csv without path,
/// a url that is not http(s), a symbol that cannot be spelled.
/// `worker`: null for a thread of its own.
std::shared_ptr<MarketPort> make_market(MarketSettings, std::shared_ptr<HttpPort>, std::shared_ptr<ClockPort>,
                                        std::shared_ptr<Worker> worker = nullptr);

/// The kinds there are, for messages: "csv, tiingo, binance, coinbase, kraken".
std::string source_kinds();

} // namespace inferd::market
