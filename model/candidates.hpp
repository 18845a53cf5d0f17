#pragma once
// Who takes part when a model is chosen.

#include "model/ridge.hpp"

#include <string>
#include <vector>

namespace inferd {

enum class Estimator {
  zero,          ///< no return, ever
  mean,          ///< of the training labels
  shrunken_mean, ///< the mean times max(0, 1 - 1 / t^2), t its overlap-aware t value: positive-part James-Stein (1961)
                 ///< for one mean, which is 0 unless the labels' mean is further from 0 than its standard error
  ridge          ///< on the features
};

/// One way to make a fit from what is known so far.
struct Recipe {
  Estimator estimator{};
  bool levels{};    ///< ridge: with the level features (is_level), which leave their training range
  double penalty{}; ///< ridge
  double share = 1; ///< of the fit that is kept; the rest is zero
};

/// One row of the table. With several recipes the best so far is used: at each refit the one with the least squared error
/// on its own earlier predictions whose labels were known by then. The first is used while there are none.
struct Candidate {
  std::string name;
  std::vector<Recipe> recipes; ///< at least one
};

/// From the simplest to the least simple; the first is always zero.
const std::vector<Candidate>& candidates();

/// `recipe` on the rows of `known`, of which `independent` are independent.
LinearFit fit(const Recipe& recipe, const Moments& known, double independent);

} // namespace inferd
