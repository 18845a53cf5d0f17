#pragma once
// The single predictions behind a line of the score table: for plots, and for ranges around them.

#include "model/training/evaluation.hpp"
#include "model/training/joint_volatility.hpp"
#include "model/training/trainer.hpp"

namespace inferd {

class Model;

/// Of neighbouring sample rows, oldest first: a log return or volatility each.
struct PredictionRows {
  std::vector<Instant> opens; ///< opening of the candle that a row predicts from
  Eigen::VectorXd truth, prediction;
  std::int64_t horizon{}; ///< rows that a truth spans
};

/// The walk-forward predictions of the candidate called `name` in compare() or, for a volatility, in compare_volatility(), from
/// candles opened at `from` or later. Throws TooFewRows.
PredictionRows rows_of_candidate(const Samples&, const IntervalRules&, const WalkForwardPlan&, ModelOutput,
                                 const std::string& name, Instant from = {});

/// Those of the joint candidate.
PredictionRows rows_of_joint(const JointSamples&, const WalkForwardPlan&, Instant from = {});

/// The predictions of a frozen model from `from` on; rows whose inputs are not defined are left out. Not for models of labels.
PredictionRows rows_of_model(const Model&, std::span<const Candle>, const OtherCandles&, const Samples&, Instant from);

/// How often ranges of a level held the truth.
struct Coverage {
  double level{};            ///< that the ranges have by construction, if later errors are as earlier ones
  std::int64_t n{};          ///< rows with a range
  double share{};            ///< of them whose truth was within; NaN without rows
  Range range;               ///< of the share, 95 %, by the effective number of rows
  double width{};            ///< mean width of the ranges: upper less lower end
  Eigen::VectorXd low, high; ///< the ranges, one a row; NaN where there is none
};

/// Causal ranges by split conformal prediction (Vovk et al. 2005; Lei et al. 2018): a row's range is its prediction plus and
/// minus the `level` quantile of the newest 2,000 absolute errors whose truth was known by then, from the 100th on. `ratios`:
/// the errors are |ln(truth / prediction)| and the ranges multiply, for volatilities; rows that are not above 0 have no range.
Coverage coverage_of(const PredictionRows&, double level, bool ratios);

} // namespace inferd
