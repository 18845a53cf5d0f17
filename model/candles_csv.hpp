#pragma once
// Files of hourly candles, read strictly: one form, one error that names file and line.
//
//   timestamp,open,high,low,close,volume
//   2024-01-01T00:00:00Z,42288.58,42543.64,42261.58,42452.66,379.19725348
//
// `timestamp` is the candle's opening, UTC, on the hour; rows ascend strictly. Prices are in the quote currency and above
// 0, low <= open, close <= high; volume is in the base currency and not negative. Lines end in LF or CRLF; the last may
// lack its end. A missing hour is no error but a gap, which the caller is told of.

#include "messages/candles.hpp"

#include <filesystem>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace inferd {

/// "btcusd.csv:17: the high is below the close".
struct CandlesError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Hours without a candle between two that are there.
struct Gap {
  Instant first; ///< opening of the first missing hour
  std::int64_t hours{};
  bool operator==(const Gap&) const = default;
};

struct CandleFile {
  std::vector<Candle> candles; ///< oldest first, at least one
  std::vector<Gap> gaps;
};

/// `name` stands for the file in errors. Throws CandlesError.
CandleFile parse_candles(std::string_view text, const std::string& name);

/// At most limits::file_read bytes. Throws CandlesError.
CandleFile read_candles(const std::filesystem::path&);

/// Of candles in ascending order.
std::vector<Gap> find_gaps(std::span<const Candle>);

/// "2025-01-04T03:00:00Z: 5 hours", joined by "; ", at most `most` of them and how many more there are; empty for none.
std::string describe_gaps(std::span<const Gap>, std::size_t most = 5);

/// The file's text, which parse_candles reads back to equal candles.
std::string candles_text(std::span<const Candle>);

} // namespace inferd
