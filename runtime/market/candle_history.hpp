#pragma once
// The candles received from a source, and the ranges still to request. No I/O.

#include "messages/candles.hpp"
#include "runtime/market/candle_range.hpp"

#include <vector>

namespace inferd::market {

/// Validated candles of one source, oldest first, possibly with gaps; bounded.
class CandleHistory {
public:
  explicit CandleHistory(Interval interval = one_hour) : interval_(interval) {}

  /// The ranges to request for the closed candles of `wanted`: at most one before the stored candles and one after them, oldest
  /// first; empty when nothing is missing. The range after them also covers the newest stored candle, and everything from the
  /// first gap within the last `page` candles: the source may have corrected them, and the request count is the same.
  std::vector<CandleRange> missing(const CandleRange& wanted, std::int64_t page) const;

  /// The stored candles merged with `news`, the replies for `asked`; `news` wins. Only `news` when `asked` does not adjoin the
  /// stored range. Sorted if `news` is. Does not store: validate first.
  std::vector<Candle> with(const std::vector<Candle>& news, const std::vector<CandleRange>& asked) const;

  /// Stores the newest `bound` of `checked`, the validated result of `with` for the same `asked`.
  void keep(std::vector<Candle> checked, const std::vector<CandleRange>& asked, std::size_t bound);

  /// Drops what is stored from the first gap in `wanted` on, so that it is requested again: the source may mend it at any time.
  void drop_from_gap(const CandleRange& wanted);

  const std::vector<Candle>& candles() const { return candles_; }

private:
  bool touches(const std::vector<CandleRange>& asked) const;
  Instant next() const { return candles_.empty() ? since_ : after(candles_.back().opens, 1, interval_); }

  Interval interval_;
  std::vector<Candle> candles_;
  Instant since_; ///< from here on everything was requested
};

} // namespace inferd::market
