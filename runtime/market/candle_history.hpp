#pragma once
// What has been learned from a source so far, and what is still to be asked. Pure.

#include "messages/candles.hpp"
#include "runtime/market/hours.hpp"

#include <vector>

namespace inferd::market {

/// Checked candles of one source, oldest first, holes and all; bounded.
class CandleHistory {
public:
  /// The hours to ask for, so that the closed candles of `wanted` are known: at most one range before what is kept and one
  /// after it, oldest first. Empty when nothing is missing.
  /// The newest candle kept is asked for again together with newer ones, and so is everything from the first hole among
  /// the last `page` hours: a source may have corrected it since, and a request costs the same.
  std::vector<Hours> missing(const Hours& wanted, std::int64_t page) const;

  /// What is kept and `news`, the answers to asking for `asked`; news win where both have an hour. In the order of time
  /// unless `news` is not. Keeps nothing yet: check first.
  std::vector<Candle> with(const std::vector<Candle>& news, const std::vector<Hours>& asked) const;

  /// Keeps the newest `bound` of `checked`, which came from `with` the same `asked`.
  void keep(std::vector<Candle> checked, const std::vector<Hours>& asked, std::size_t bound);

  const std::vector<Candle>& candles() const { return candles_; }

private:
  bool touches(const std::vector<Hours>& asked) const;
  Instant next() const { return candles_.empty() ? since_ : after(candles_.back().opens, 1); }

  std::vector<Candle> candles_;
  Instant since_; ///< everything the source has from here on was asked for
};

} // namespace inferd::market
