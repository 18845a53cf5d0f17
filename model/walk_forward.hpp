#pragma once
// Walk-forward validation: every prediction is made by a fit that saw the past only.
//
//   |<----- training rows, growing ----->|<- embargo ->|<- refit_hours rows predicted ->|
//
// A row may be trained on when its candle opened more than the embargo before the first one of the block. With an
// embargo of one horizon (the least allowed) the last label in training ends before the block begins, so no overlapping
// label leaks (purging and embargo: Lopez de Prado, Advances in Financial Machine Learning, 2018, ch. 7). The same holds
// for choices made inside a candidate.

#include "model/candidates.hpp"
#include "model/samples.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <vector>

namespace inferd {

struct WalkForwardPlan {
  std::int64_t first_rows = 4'320; ///< training rows before the first prediction
  std::int64_t refit_hours = 720;  ///< rows predicted by one fit
  std::int64_t embargo_hours = 0;  ///< at least one horizon: anything less, like 0, means one

  std::int64_t embargo(std::int64_t horizon_hours) const { return std::max(embargo_hours, horizon_hours); }
};

/// Too few rows to learn anything from.
struct TooFewRows : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One refit: train on rows [0, known), predict rows [begin, end).
struct Block {
  Eigen::Index known{}, begin{}, end{};
};

/// Every block of `plan`, in order; the last ends with the samples. Throws TooFewRows unless at least four horizons can be
/// predicted.
std::vector<Block> walk_blocks(const Samples&, const WalkForwardPlan&);

struct WalkForward {
  Eigen::Index first{};              ///< the sample row of the first prediction; the last is the samples' last
  Eigen::MatrixXd predictions;       ///< a row per predicted sample, a column per candidate
  std::vector<Recipe> final_recipes; ///< of each candidate, chosen with all predictions known
  std::vector<LinearFit> final_fits; ///< of each candidate, on all rows: what a model file keeps
};

/// Called after each block with the share of the work done, (0, 1].
using Progress = std::function<void(double)>;

/// Throws TooFewRows, see walk_blocks. Deterministic.
WalkForward walk_forward(const Samples&, const std::vector<Candidate>&, const WalkForwardPlan&, const Progress& = {});

} // namespace inferd
