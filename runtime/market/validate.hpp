#pragma once
// Validates candles before they are used for a prediction. No I/O.

#include "runtime/market/hours.hpp"
#include "messages/candles.hpp"

#include <string>
#include <variant>
#include <vector>

namespace inferd::market {

struct Bounds {
  double jump = 0.5;         ///< largest |ln(close / previous close)|: -39 % or +65 % per step
  int filled = 3;            ///< longest run of missing hours that is filled; a longer one is rejected
  double filled_share = 0.1; ///< largest share of the hours wanted; also allowed: `mended` hours in total
  double price_least = 1e-12, price_most = 1e12;
  std::int64_t clock_skew = 300'000; ///< ms: candles opening later than now plus this are rejected
};

struct Checked {
  std::vector<Candle> candles; ///< oldest first, on the hour, closed, no duplicates
  std::string warnings;        ///< what was corrected, in one sentence; empty: nothing
};
using Check = std::variant<Checked, std::string>; ///< or the reason for the rejection

/// Validates each candle and their order. Candles not closed by `now` (opens + 1 h > now) are dropped silently. Corrected with
/// a warning: wrong order, identical duplicates, open or close up to 1 % outside of high and low (which are widened). Rejected:
/// off the hour, not finite, price outside the bounds, negative volume, high below low, open or close further outside, two
/// different candles for one hour, a jump, a candle from the future.
Check check(std::vector<Candle>, Instant now, const Bounds& = {});

/// The candles of `wanted` without gaps: a missing hour becomes a candle without trades (all prices the previous close, volume
/// 0), with a warning. Rejected: a gap longer than bounds.mended, or too many missing hours (bounds.filled_share). Hours
/// missing at the start give a warning; missing at the end are not reported, as the newest candle shows the age. `checked` may
/// extend beyond `wanted`.
Check fill_gaps(const std::vector<Candle>& checked, const Hours& wanted, const Bounds& = {});

/// Joins with "; ".
std::string join_warnings(std::string a, const std::string& b);

} // namespace inferd::market
