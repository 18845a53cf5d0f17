#pragma once
// Which candidate to keep: the simplest, unless another's advantage is more than chance would give.
//
// Losses of neighbouring rows share most of their label, so they are resampled in blocks: a circular block bootstrap
// (Politis and Romano 1992) with blocks of two horizons keeps the dependence that overlapping labels make. A candidate's
// advantage over the simplest is its mean loss difference d; its standard error is the deviation of the resampled means.
// Because the best of many looks good by luck, d / error must exceed the `confidence` point of the largest (d* - d) / error among
// all candidates in the same resample: White's reality check (Econometrica 2000), studentised as by Hansen (2005).
//
// Few blocks are too sure of themselves, so errors, that point and ranges are stretched by what can be said about it:
// * overlap over h rows has the autocorrelation 1 - k / h, of which blocks of m h rows keep 1 - 1 / (3 m): variance / (5/6)
//   (the bootstrap of blocks weighs lag k by 1 - k / length: Kuensch 1989);
// * B = rows / length blocks have a variance of B / (B - 1), and Student's t with B - 1 degrees of freedom, whose points lie
//   1 + (z^2 + 1) / (4 (B - 1)) beyond the normal ones (Cornish and Fisher's first term; Abramowitz and Stegun 26.7.5).

#include "model/evaluation.hpp"

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace inferd {

struct ChoiceRules {
  Eigen::Index horizon{}; ///< rows that overlap; a block is two of them
  int resamples = 2'000;
  /// That none is kept by luck when all are equally good. Fits on noise are worse than zero, so of 1,000 random
  /// walks 17 got another model than zero, and of 200 prices that a fit can foresee with r = 0.31 over 54 horizons, 192.
  double confidence = 0.9;
  std::uint64_t seed = 1; ///< the same seed gives the same choice, on every machine
};

/// One candidate against the simplest.
struct Advantage {
  double mean{};  ///< of the loss it saves
  double error{}; ///< standard error of that, stretched
  double t{};     ///< mean / error; NaN for the simplest itself
  double gain{};  ///< 1 - loss / simplest's loss, of root mean losses when `root`
  Range range;    ///< of the gain: 95 %, percentiles of the resamples, stretched
};

struct Choice {
  std::size_t chosen{};
  double critical{};                 ///< what t must exceed
  std::vector<Advantage> advantages; ///< one per candidate
};

/// `losses`: a row per prediction, a column per candidate, the simplest first; at least four horizons of rows. Among those
/// that pass, the one with the least loss is kept, or a simpler one that passes and is not told apart from it.
Choice choose(const Eigen::Ref<const Eigen::MatrixXd>& losses, bool root, const ChoiceRules&);

} // namespace inferd
