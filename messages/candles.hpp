#pragma once
// fetcher ⇄ market port: the candles of one source.

#include "messages/place.hpp"
#include "messages/units.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace inferd {

/// The length of a candle.
struct Interval {
  std::int64_t ms{};
  auto operator<=>(const Interval&) const = default;
};
BOOST_DESCRIBE_STRUCT(Interval, (), (ms))

inline constexpr Interval one_hour{3'600'000};

/// The candles of one symbol in one interval, shared by all topics that subscribe to them.
struct FeedId {
  std::string symbol; ///< "btcusd"
  Interval interval = one_hour;
  auto operator<=>(const FeedId&) const = default;
};
BOOST_DESCRIBE_STRUCT(FeedId, (), (symbol, interval))

/// "btcusd/1h", for places and logs.
inline std::string feed_name(const FeedId& feed) {
  const auto minutes = feed.interval.ms / 60'000;
  for (const auto& [unit, length] : {std::pair{'d', 1'440}, std::pair{'h', 60}})
    if (minutes % length == 0) return feed.symbol + '/' + std::to_string(minutes / length) + unit;
  return feed.symbol + '/' + std::to_string(minutes) + 'm';
}

/// A place of the feed: its supervisor, fetcher or feature actor.
inline Place feed_place(PlaceKind kind, const FeedId& feed) { return {kind, {}, feed_name(feed)}; }

/// One interval of trading. Prices in the quote currency, volume in the base currency.
struct Candle {
  Instant opens;
  double open{}, high{}, low{}, close{}, volume{};
  bool operator==(const Candle&) const = default;
};
BOOST_DESCRIBE_STRUCT(Candle, (), (opens, open, high, low, close, volume))

/// fetcher → market port: the closed candles of `source` that opened in [since, until), oldest first.
/// `ask` is repeated in the answer, so that an answer to an older request is recognized.
struct AskCandles {
  std::string source;
  std::uint64_t ask{}; ///< counts the requests of one fetcher
  Instant since, until;
  bool operator==(const AskCandles&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskCandles, (), (source, ask, since, until))

/// market port → fetcher: the answer of `source`, validated, oldest first, closed candles only.
/// `warnings` names what validation corrected (gaps, duplicates), in one sentence; empty: nothing.
struct CandlesArrived {
  std::string source;
  std::uint64_t ask{};
  std::vector<Candle> candles;
  std::string warnings;
  bool operator==(const CandlesArrived&) const = default;
};
BOOST_DESCRIBE_STRUCT(CandlesArrived, (), (source, ask, candles, warnings))

/// market port → fetcher: `source` returned nothing usable. `pause_ms` is set when it asked for a pause (HTTP 429 or 418 with
/// Retry-After).
struct SourceFailed {
  std::string source;
  std::uint64_t ask{};
  std::string reason;
  std::int64_t pause_ms{}; ///< 0: none asked
  bool operator==(const SourceFailed&) const = default;
};
BOOST_DESCRIBE_STRUCT(SourceFailed, (), (source, ask, reason, pause_ms))

} // namespace inferd
