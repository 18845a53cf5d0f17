#pragma once
// Walk-forward validation: each prediction comes from a fit on earlier rows only.
//
//   |<----- training rows, growing ----->|<- embargo ->|<- refit_rows rows predicted ->|
//
// A row is used for training when its candle opened more than the embargo before the first candle of the block. With an embargo
// of one horizon (the minimum) the last training label ends before the block begins, so no overlapping label leaks (purging and
// embargo: Lopez de Prado, Advances in Financial Machine Learning, 2018, ch. 7). The same rule applies to the choice between a
// candidate's recipes.

#include "model/training/candidates.hpp"
#include "model/training/samples.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <vector>

namespace inferd {

struct WalkForwardPlan {
  std::int64_t first_rows = 4'320; ///< training rows before the first prediction
  std::int64_t refit_rows = 720;   ///< rows predicted by one fit
  std::int64_t embargo_rows = 0;   ///< at least one horizon; smaller values mean one horizon
  bool first_within = false;       ///< the first embargo is part of `first_rows`, not after them

  std::int64_t embargo(std::int64_t horizon) const { return std::max(embargo_rows, horizon); }
};

struct TooFewRows : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One refit: train on rows [0, known), predict rows [begin, end).
struct Block {
  Eigen::Index known{}, begin{}, end{};
};

/// The blocks of `plan` in order; the last ends with the samples. Throws TooFewRows when fewer than four horizons can be
/// predicted.
std::vector<Block> walk_blocks(const Samples&, const WalkForwardPlan&);

struct WalkForward {
  Eigen::Index first{};                   ///< sample row of the first prediction; all later rows are predicted
  Eigen::MatrixXd predictions;            ///< one row per predicted sample, one column per candidate
  std::vector<EstimatorSpec> final_specs; ///< per candidate, chosen on all predictions
  std::vector<LinearFit> final_fits;      ///< per candidate, fitted on all rows; the model file stores one of them
};

/// Called after each block with the share of rows predicted, in (0, 1].
using Progress = std::function<void(double)>;

/// Deterministic. Throws TooFewRows (walk_blocks).
WalkForward walk_forward(const Samples&, const std::vector<Candidate>&, const WalkForwardPlan&, const Progress& = {});

} // namespace inferd
