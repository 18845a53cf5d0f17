#pragma once
// Combines forecasts of returns online so that the result is nearly never worse than zero.
//
// Forecasts f and truths z are in units of sigma sqrt(h), h: windows that a truth spans. Each expert is shrunk by
// beta = clip((sum of f z / h) / (sum of f^2 / h + 5), 0, 1) over the windows whose truth is known. Shrunken experts and zero
// are averaged with exponential weights (Littlestone and Warmuth 1994): prior * exp(-0.5 * sum of squared errors / h), half of
// the prior on zero. Exclude drift, and volatility: there no online scheme beats refitting.

#include "messages/scores.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace inferd {

/// Plain data, owned by the caller: what was learnt, and the windows whose truth is not known, oldest first.
struct GuardState {
  GuardSums sums;
  std::deque<GuardRow> rows;
  bool operator==(const GuardState&) const = default;
};

class OnlineGuard {
public:
  /// `state` outlives the guard. What it knows of another guard than `id` is dropped.
  OnlineGuard(GuardState& state, const ModelId& id, std::size_t experts, std::int64_t horizon_ms);

  /// The combined forecast, in units of row.unit. A forecast that is missing counts as zero. Sets row.shrunken; the row waits
  /// for its truth, instead of an earlier one of the same window.
  double predict(GuardRow row);
  /// The log return of the rows from this candle, or that it will never be known. False: no row waits for it.
  bool learn(const std::string& source, Instant candle, std::optional<double> log_return);

private:
  double shrinkage(const GuardExpert&) const;
  double windows() const; ///< that a truth spans

  GuardState* state_;
  std::int64_t horizon_ms_;
};

} // namespace inferd
