#pragma once
// Walk-forward predictions of volatility.
//
//   MR            mean reversion: least squares of the label on the volatility of the last max(h, IntervalRules::past)
//                 candles, slope within [0, 1]; the baseline that others are compared with
//   mean          of the training labels
//   persistence   the volatility of the last h candles
//   HAR…          heterogeneous autoregression (Corsi 2009) of range variances with seasons: ridge, penalty 1, of the log
//                 label on the inputs har_features(); the prediction is c exp(fit), c = sum v e / sum e^2, e = exp(fit), on the
//                 training rows

#include "model/training/interval_rules.hpp"
#include "model/ridge.hpp"

namespace inferd {

inline constexpr Eigen::Index volatility_candidates = 4;
inline constexpr const char* mean_reversion_name = "MR";

/// HAR's inputs.
std::vector<std::string> har_features(const IntervalRules&, std::int64_t horizon);

/// "vol_std_60"
std::string past_feature(VolatilityEstimator, std::int64_t rows);

/// Samples of HAR's inputs, then the volatility of the last IntervalRules::lookback and of the last h candles.
Samples volatility_samples(std::span<const Candle>, const IntervalRules&, VolatilityEstimator, std::int64_t horizon);

/// intercept + slope x.
struct Line {
  double intercept{}, slope{};
  double operator()(double x) const { return intercept + slope * x; }
};

struct VolatilityFit {
  double mean{};
  Line reversion; ///< MR
  LinearFit har;
  double factor{}; ///< HAR: c
  Line change;     ///< of ln(v / p) on ln p, p = persistence; the mean reversion that the network's figures subtract
};

struct VolatilityWalk {
  Eigen::Index first{};        ///< sample row of the first prediction
  Eigen::MatrixXd predictions; ///< one row per predicted sample; columns: MR, mean, persistence, HAR
  Eigen::VectorXd change;      ///< VolatilityFit::change of each row
  VolatilityFit final_fit;     ///< on all rows
};

/// `s`: volatility_samples. Rows with a label of 0 are left out of HAR's fit, and those with p = 0 too of `change`. Throws
/// TooFewRows.
VolatilityWalk volatility_walk(const Samples& s, const WalkForwardPlan&, const Progress& = {});

/// ln(x / p) - change for each row where `x`, the truth and p are above 0; the network's scale. The rows kept are the same for
/// any `x` that is above 0 everywhere.
Eigen::VectorXd on_network_scale(const Eigen::Ref<const Eigen::VectorXd>& x, const Eigen::Ref<const Eigen::VectorXd>& truth,
                                 const Eigen::Ref<const Eigen::VectorXd>& persistence,
                                 const Eigen::Ref<const Eigen::VectorXd>& change);

/// mean of v^2 / f^2 - ln(v^2 / f^2) - 1 over rows with v > 0: Patton (2011).
double qlike(const Eigen::Ref<const Eigen::VectorXd>& truth, const Eigen::Ref<const Eigen::VectorXd>& prediction);

} // namespace inferd
