#pragma once
// Validates candles before they are used for a prediction. No I/O.

#include "runtime/market/candle_range.hpp"
#include "messages/candles.hpp"

#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace inferd::market {

struct Bounds {
  Interval interval = one_hour; ///< of the candles, which the comments call hours
  double jump = 0.5;            ///< a larger |ln(close / previous close)| (-39 % or +65 % per step) needs evidence
  double agreement = 0.1; ///< largest difference of two ln for "the same": moves at two sources, a close and the next open
  double unshared_jump = 2.303; ///< largest |ln| that one source's own hours can prove: a factor of ten
  int filled = 3;               ///< longest run of missing hours that is filled; a longer one is rejected
  double filled_share = 0.1;    ///< largest share of missing or damaged hours; also allowed: `filled` hours in total
  double price_least = 1e-12, price_most = 1e12;
  std::int64_t clock_skew = 300'000; ///< ms: a candle that opens later than now plus this is from the future
};

struct Checked {
  std::vector<Candle> candles;   ///< oldest first, on the hour, closed, no duplicates
  std::string warnings;          ///< what was corrected, in one sentence; empty: nothing
  std::optional<Candle> forming; ///< of the current hour: evidence only, never part of `candles`
};

/// For candles of `interval`. Thin markets do not trade every minute: a run of ten missing ones is filled.
inline Bounds usual_bounds(Interval interval) {
  Bounds bounds{.interval = interval};
  if (interval.ms < 5 * 60'000) bounds.filled = 10;
  return bounds;
}

using Check = std::variant<Checked, std::string>; ///< or the reason for the rejection

/// Validates each candle and their order. Candles not closed by `now` (opens + 1 h > now) are left out silently. With a
/// warning: wrong order and identical duplicates are corrected; a volume that is negative or not finite becomes 0 (no feature
/// uses it); open or close up to 1 % outside of high and low widens them; a damaged candle is left out, so its hour counts as
/// missing. Damaged: an impossible time, off the hour, a price that is not finite or outside the bounds, high below low, open
/// or close further outside, two different candles for one hour (both), a candle from the future that stands alone.
///
/// Rejected: candles from the future that continue the series (the clock is behind); nothing but damaged candles, or more than
/// `filled` and `filled_share` of them.
Check check_rows(std::vector<Candle>, Instant now, const Bounds& = {});

/// A step of the close beyond Bounds::jump, between two candles that follow each other in a series.
struct Jump {
  Instant before, at; ///< openings of the two candles
  double from{}, to{};
  double move() const; ///< ln(to / from)
};
std::vector<Jump> find_jumps(const std::vector<Candle>&, const Bounds& = {});

/// The same hours at another source.
struct SourceCandles {
  std::string source;
  std::vector<Candle> candles; ///< valid, oldest first; may lack the hours in question
};
/// Whether `other` shows the same move; empty: it lacks the hours.
std::optional<bool> agrees(const SourceCandles& other, const Jump&, const Bounds& = {});

/// Decides on each jump of `series` (the result of check_rows):
/// - at an hour of `confirmed`: accepted before.
/// - Any other source shows the same move: a move of the market.
/// - Others have the hours and none shows it: damage.
/// - No other source has them: a move of the market if it is at most `unshared_jump` and either the hour opened at the previous
///   close and the next hour, which may be forming, opened at its close; or the hours after it kept the new price for longer
///   than a gap that would be filled. Otherwise damage.
/// A damaged run of at most `filled` hours is left out, with a warning: the hours up to the return to the old price, those at
/// the start of the series, or those at its end. A longer one rejects the series. Confirmed hours are added to `confirmed`,
/// with a warning.
Check settle_jumps(Checked series, const std::vector<SourceCandles>&, std::set<Instant>& confirmed, const Bounds& = {});

/// check_rows and settle_jumps without other sources.
Check check(std::vector<Candle>, Instant now, const Bounds& = {});

/// The candles of `wanted` without gaps: a missing hour becomes a candle without trades (all prices the previous close, volume
/// 0), with a warning. Rejected: a gap longer than bounds.filled, or too many missing hours (bounds.filled_share). CandleRange
/// missing at the start give a warning; missing at the end are not reported, as the newest candle shows the age. `checked` may
/// extend beyond `wanted`.
Check fill_gaps(const std::vector<Candle>& checked, const CandleRange& wanted, const Bounds& = {});

/// Joins with "; ".
std::string join_warnings(std::string a, const std::string& b);

} // namespace inferd::market
