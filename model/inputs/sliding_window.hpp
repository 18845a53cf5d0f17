#pragma once
// Fold of the last W values in amortised O(1) per value. It never subtracts, so no rounding error accumulates.
//
// Values are grouped in blocks of W. A window spans a suffix of the last full block and the current block so far, so its fold
// is (suffix fold, stored when the block filled) + (prefix fold of the current block). This is the van Herk / Gil-Werman
// algorithm for running minima, generalised to any associative fold.

#include <algorithm>
#include <cstddef>
#include <vector>

namespace inferd {

/// `Fold` is constructible from one value and has an associative `a + b` (a before b).
template <class Fold> class SlidingWindow {
public:
  /// Of `width` values, at least one.
  explicit SlidingWindow(std::size_t width) : block_(width), tails_(width) {}

  void push(double value) {
    const Fold one(value);
    block_[filled_] = one;
    head_ = filled_ == 0 ? one : head_ + one;
    if (++filled_ < block_.size()) return;
    full_ = true;
    tails_.back() = block_.back();
    for (std::size_t i = block_.size() - 1; i-- > 0;) tails_[i] = block_[i] + tails_[i + 1];
    filled_ = 0;
  }

  bool full() const { return full_; }

  /// Of the last W values. Precondition: full().
  Fold fold() const { return filled_ == 0 ? tails_[0] : tails_[filled_] + head_; }

private:
  std::vector<Fold> block_, tails_; ///< the current block; suffix folds of the last full one
  Fold head_{};                     ///< prefix fold of the current block
  std::size_t filled_{};            ///< values in the current block, below its size
  bool full_{};
};

struct Sum {
  double sum{};
  Sum() = default;
  explicit Sum(double x) : sum(x) {}
  friend Sum operator+(Sum a, Sum b) { return Sum(a.sum + b.sum); }
};

struct MinMax {
  double min{}, max{};
  MinMax() = default;
  explicit MinMax(double x) : min(x), max(x) {}
  friend MinMax operator+(MinMax a, MinMax b) {
    a.min = std::min(a.min, b.min);
    a.max = std::max(a.max, b.max);
    return a;
  }
};

/// Count, mean and sum of squared deviations, merged by Chan, Golub and LeVeque (1979), eq. 2.1: no cancellation, and exactly 0
/// for equal values.
struct RunningVariance {
  double n{}, mean{}, squares{};
  RunningVariance() = default;
  explicit RunningVariance(double x) : n(1), mean(x) {}
  friend RunningVariance operator+(const RunningVariance& a, const RunningVariance& b) {
    RunningVariance out;
    const double delta = b.mean - a.mean;
    out.n = a.n + b.n;
    out.mean = a.mean + delta * b.n / out.n;
    out.squares = a.squares + b.squares + delta * delta * a.n * b.n / out.n;
    return out;
  }
};

} // namespace inferd
