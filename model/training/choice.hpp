#pragma once
// Model selection: keeps the simplest candidate unless another is significantly better.
//
// Losses of neighbouring rows are autocorrelated because their labels overlap, so rows are resampled by a circular block
// bootstrap (Politis and Romano 1992) with blocks of two horizons, or longer ones. A candidate's advantage d is its mean loss
// saved against the simplest; its standard error s is the deviation of d* over the resamples. d / s must exceed the
// `confidence` quantile of the maximum over all candidates of (d* - d) / s in the same resample: White's reality check
// (Econometrica 2000), studentised as in Hansen (2005), which controls the familywise error of choosing the best of many.
//
// The bootstrap of B = rows / (m h) blocks underestimates, so two corrections apply:
// * Standard errors: blocks of m h rows recover 1 - 1 / (3 m) of the variance of sums whose autocorrelation is 1 - k / h (lag k
//   is weighted by 1 - k / length: Kuensch 1989), and B blocks a further (B - 1) / B: s * sqrt(B / (B - 1) / (1 - 1 / (3 m))).
// * Quantiles: Student's t with B - 1 degrees of freedom instead of the normal, by the first Cornish-Fisher term 1 + (z^2 + 1)
//   / (4 (B - 1)), z = 1.96 (Abramowitz and Stegun 26.7.5).

#include "model/training/evaluation.hpp"

#include <Eigen/Core>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace inferd {

struct ChoiceRules {
  Eigen::Index horizon{};     ///< rows a label spans; a block is two of them
  Eigen::Index least_block{}; ///< or this many, where the rows suffice for two
  int resamples = 2'000;
  /// Probability of keeping the simplest when all are equally good. It is higher in practice, as fits on noise are worse than
  /// zero: 17 of 1,000 random walks kept another model. Of 200 series predictable with r = 0.31 over 54 horizons, 192 did.
  double confidence = 0.9;
  std::uint64_t seed = 1; ///< the same seed gives the same choice on every machine
};

/// One candidate compared with the simplest.
struct Advantage {
  double mean{};  ///< mean loss saved
  double error{}; ///< its corrected standard error
  double t{};     ///< mean / error; NaN where the error is 0, as for the simplest itself
  double gain{};  ///< 1 - loss / simplest's loss; of root mean losses when `root`
  Range range;    ///< of the gain: 95 % percentile interval, corrected
};

struct Choice {
  std::size_t chosen{};
  double critical{};                 ///< threshold for t
  std::vector<Advantage> advantages; ///< one per candidate
};

/// `losses`: one row per prediction, one column per candidate, the simplest first; at least four horizons of rows. Keeps the
/// simplest of the candidates that pass and are not significantly worse than the best of them; candidate 0 if none passes.
Choice choose(const Eigen::Ref<const Eigen::MatrixXd>& losses, bool root, const ChoiceRules&);

} // namespace inferd
