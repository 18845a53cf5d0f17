#pragma once
// The candidate models.

#include "model/ridge.hpp"

#include <string>
#include <vector>

namespace inferd {

enum class Estimator {
  zero,          ///< predicts no return
  mean,          ///< mean of the training labels
  shrunken_mean, ///< mean * max(0, 1 - 1 / t^2), t = mean / its overlap-aware standard error: positive-part
                 ///< James-Stein shrinkage (1961) of one mean; 0 where |t| <= 1
  ridge          ///< ridge regression on the features
};

/// An estimator and its hyperparameters.
struct EstimatorSpec {
  Estimator estimator{};
  bool levels{};    ///< ridge: also uses the level features (is_level), which drift out of their training range
  double penalty{}; ///< ridge
  double share = 1; ///< factor applied to the fit (shrinkage towards zero)
};

/// One row of the score table. With several recipes each refit uses the one with the smallest sum of squared errors over its
/// earlier predictions whose labels were known by then (prequential selection); before any are known, the first.
struct Candidate {
  std::string name;
  std::vector<EstimatorSpec> specs; ///< at least one
};

/// In order of complexity, the simplest first; the first is always zero.
const std::vector<Candidate>& candidates();

/// Fits `recipe` to the rows of `known`; `independent` is their effective number.
LinearFit fit(const EstimatorSpec& spec, const Moments& known, double independent);

} // namespace inferd
