#pragma once
// Combines forecasts of returns online so that the result is nearly never worse than zero.
//
// Forecasts f and truths z are in units of sigma sqrt(h); a truth is known h rows after its forecast. Each expert is shrunk by
// beta = clip((sum of f z / h) / (sum of f^2 / h + 5), 0, 1) over the known rows. Shrunken experts and zero are averaged with
// exponential weights (Littlestone and Warmuth 1994): prior * exp(-0.5 * sum of squared errors / h), half of the prior on zero.
// Exclude drift, and volatility: there no online scheme beats refitting.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace inferd {

class OnlineGuard {
public:
  /// What was learnt of one expert.
  struct Expert {
    double products{}, squares{}; ///< sum of f z, of f^2
    double loss{};                ///< sum of squared errors of its shrunken forecasts
    bool operator==(const Expert&) const = default;
  };
  /// A forecast whose truth is not known yet.
  struct Pending {
    std::vector<double> forecasts, shrunken;
    bool operator==(const Pending&) const = default;
  };
  struct State {
    std::vector<Expert> experts;
    double zero_loss{};
    std::deque<Pending> pending; ///< oldest first
    bool operator==(const State&) const = default;
  };

  /// `horizon`: rows a truth spans. At least one expert.
  OnlineGuard(std::size_t experts, std::int64_t horizon);

  /// The combined forecast of the next row. At most `horizon` + 1 forecasts may wait for their truth.
  double predict(std::span<const double> forecasts);
  /// The truth of the oldest forecast that waits. Precondition: one does.
  void learn(double truth);

  /// A guard that goes on from this state predicts the same.
  const State& state() const { return state_; }
  void restore(State state) { state_ = std::move(state); }

private:
  double shrinkage(const Expert&) const;

  double horizon_;
  State state_;
};

} // namespace inferd
