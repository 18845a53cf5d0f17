#pragma once
// Which candidate to keep: the simplest, unless another's advantage is more than chance would give.
//
// Losses of neighbouring rows share most of their label, so they are resampled in blocks: a circular block bootstrap
// (Politis and Romano 1992) with blocks of two horizons keeps the dependence that overlapping labels make. A candidate's
// advantage over the simplest is its mean loss difference d; its standard error is the deviation of the resampled means.
// Because the best of many looks good by luck, d / error must exceed the 95 % point of the largest (d* - d) / error among
// all candidates in the same resample: White's reality check (Econometrica 2000), studentised as by Hansen (2005).

#include "model/evaluation.hpp"

#include <Eigen/Core>
#include <cstddef>
#include <vector>

namespace inferd {

struct ChoiceRules {
  Eigen::Index block{};        ///< rows in one block; two horizons
  int resamples = 2'000;
  double confidence = 0.95;
  std::uint64_t seed = 1;      ///< the same seed gives the same choice, on every machine
};

/// One candidate against the simplest.
struct Advantage {
  double mean{};  ///< of the loss it saves
  double error{}; ///< standard error of that
  double t{};     ///< mean / error; NaN for the simplest itself
  double gain{};  ///< 1 - loss / simplest's loss, of root mean losses when `root`
  Range range;    ///< of the gain: 95 %, percentiles of the resamples
};

struct Choice {
  std::size_t chosen{};
  double critical{};                 ///< what t must exceed
  std::vector<Advantage> advantages; ///< one per candidate
};

/// `losses`: a row per prediction, a column per candidate, the simplest first; at least two blocks of rows. Among those
/// that pass, the one with the least loss is kept, or a simpler one that passes and is not told apart from it.
Choice choose(const Eigen::Ref<const Eigen::MatrixXd>& losses, bool root, const ChoiceRules&);

} // namespace inferd
