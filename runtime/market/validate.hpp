#pragma once
// Whether candles are fit to predict from. Pure.

#include "runtime/market/hours.hpp"
#include "messages/candles.hpp"

#include <string>
#include <variant>
#include <vector>

namespace inferd::market {

struct Bounds {
  double jump = 0.5;         ///< |ln(close / previous close)| above this is not believed: -39 % or +65 % in one step
  int mended = 3;            ///< consecutive hours without a candle that are mended; more is a refusal
  double mended_share = 0.1; ///< of the hours wanted; more is a refusal
  double price_least = 1e-12, price_most = 1e12;
  std::int64_t clock_skew = 300'000; ///< ms: a candle that opens later than now plus this is from the future
};

struct Checked {
  std::vector<Candle> candles; ///< oldest first, on the hour, closed, each hour at most once
  std::string warnings;        ///< what was seen and mended, in one sentence; empty: nothing
};
using Check = std::variant<Checked, std::string>; ///< or why the candles are refused

/// Checks every candle and their order. Candles that have not closed by `now` (opens + 1 h > now) are left out silently.
/// Mended with a doubt: wrong order, the same candle twice, an open or close slightly outside of high and low (they are
/// widened).
/// Refused: off the hour, not finite, price outside the bounds, volume below zero, high below low, open or close more than
/// 1 % outside of them, one hour with two different candles, a jump, a candle from the future.
Check check(std::vector<Candle>, Instant now, const Bounds& = {});

/// The checked candles of `wanted`, without holes: a missing hour amid others becomes a candle without trades (all prices
/// the previous close, volume 0, which is what an exchange shows for an hour nobody traded), with a doubt. Refused: a hole
/// longer than bounds.mended, or holes in more than bounds.mended_share. Hours missing at the start are a doubt, at the
/// end nothing: the newest candle tells how old the data is. `checked` may reach beyond `wanted`.
Check fill_gaps(const std::vector<Candle>& checked, const Hours& wanted, const Bounds& = {});

/// Two sentences' worth of warnings as one.
std::string join_warnings(std::string a, const std::string& b);

} // namespace inferd::market
