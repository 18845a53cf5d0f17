#pragma once
// CSV files of candles. Training reads them strictly; a market source leaves damaged rows out and validates the rest.
//
//   timestamp,open,high,low,close,volume
//   2024-01-01T00:00:00Z,42288.58,42543.64,42261.58,42452.66,379.19725348
//
// `timestamp` is the candle's opening, UTC, at a multiple of the interval, strictly ascending. Prices are in the quote currency
// and above 0, low <= open, close <= high; volume is in the base currency and >= 0. Lines end in LF or CRLF, optional on the
// last; a byte order mark may stand in front. A missing candle is not an error but a gap.

#include "messages/candles.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace inferd {

/// "btcusd.csv:17: high is below low".
struct CandlesError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A run of missing candles between two others.
struct Gap {
  Instant first; ///< opening of the first missing candle
  std::int64_t candles{};
  Interval interval = one_hour;
  bool operator==(const Gap&) const = default;
};

struct CandleFile {
  std::vector<Candle> candles; ///< oldest first, at least one
  std::vector<Gap> gaps;
  Interval interval = one_hour;
};

/// `name` stands for the file in errors. Without an interval it is the least time between two neighbours, an hour for a single
/// candle. Throws CandlesError.
CandleFile parse_candles(std::string_view text, const std::string& name, std::optional<Interval> = one_hour);

/// Reads at most limits::file_read bytes. Throws CandlesError.
CandleFile read_candles(const std::filesystem::path&, std::optional<Interval> = one_hour);

/// The rows of a file that can be read, as they stand: in any order, repeated, with impossible prices. A volume that cannot be
/// read is NaN.
struct CandleRows {
  std::vector<Candle> candles;
  std::string left_out; ///< how many rows could not be read, and the first with its line; empty: none
};

/// Throws CandlesError if the first line is another, no row can be read, or more than a thousand cannot.
CandleRows parse_candle_rows(std::string_view text, const std::string& name);

/// Reads at most limits::file_read bytes. Throws CandlesError.
CandleRows read_candle_rows(const std::filesystem::path&);

/// Whether they are candles of a shorter interval: most do not open at a multiple of this one.
bool is_shorter(std::span<const Candle>, Interval);

/// `candles` in ascending order.
std::vector<Gap> find_gaps(std::span<const Candle>, Interval = one_hour);

/// "2025-01-04T03:00:00Z: 5 hours", joined by "; ": the first `most` gaps and the number of the rest. Empty for none.
std::string describe_gaps(std::span<const Gap>, std::size_t most = 5);

/// Round-trips through parse_candles.
std::string candles_text(std::span<const Candle>);
std::string candle_rows_text(std::span<const Candle>); ///< without the header

} // namespace inferd
