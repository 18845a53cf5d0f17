#pragma once
// fetcher ⇄ market port: the candles of one source.

#include "messages/units.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace inferd {

/// One hour of trading. Prices in the quote currency, volume in the base currency.
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

/// market port → fetcher: what `source` answered, validated, oldest first, closed candles only.
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
