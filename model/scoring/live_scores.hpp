#pragma once
// Figures of predictions that were made live, one a window, and when one model is better than another.

#include "model/training/choice.hpp"
#include "model/training/evaluation.hpp"
#include "model/model_file.hpp"
#include "model/scoring/promotion.hpp"

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <vector>

namespace inferd {

/// Windows that a label spans: the horizon over the median distance of the candles, rounded up, times the median of the windows
/// that share a candle; at least 1. `candles`: one a window, ascending, in milliseconds.
Eigen::Index overlapping_windows(const std::vector<std::int64_t>& candles, std::int64_t horizon_ms);

/// Squared error, for prices of the logarithm.
double live_loss(ModelOutput, double truth, double prediction);

/// NaN where a figure is undefined or there are too few windows for it.
struct LiveScore {
  std::int64_t n{};
  double rmse{};
  Range rmse_range;     ///< 95 %, circular block bootstrap with blocks of two horizons
  double directional{}; ///< log returns
  Range directional_range;
  double pearson{};
  double qlike{}; ///< volatility
};
LiveScore live_score(ModelOutput, const Eigen::Ref<const Eigen::VectorXd>& truth,
                     const Eigen::Ref<const Eigen::VectorXd>& prediction, Eigen::Index overlap);

/// Labels, those that overlap counted once, from which on live_grade() fits a mean reversion.
inline constexpr Eigen::Index least_fit_labels = 20;

/// The network's promotion figures of them (model/scoring/promotion.hpp), over the windows in order. `base`: of prices the
/// price at the prediction, over which they are graded as log returns; of volatilities v the past one p, BookTruth::past:
/// graded is ln(v/p) less its least squares on ln p over the windows whose truth was known then, from the first window with
/// least_fit_labels on. Windows of a volatility with a value that is not above 0 are left out. Empty: fewer than
/// three windows, a price's base that is not above 0, probabilities.
std::optional<Promotion> live_grade(ModelOutput, const Eigen::Ref<const Eigen::VectorXd>& truth,
                                    const Eigen::Ref<const Eigen::VectorXd>& prediction,
                                    const Eigen::Ref<const Eigen::VectorXd>& base, Eigen::Index overlap,
                                    std::int64_t horizon_ms);

/// Losses of the same windows, the live model's first. Empty: fewer than four horizons of windows. Otherwise by choose(), with
/// `confidence` that none is chosen when all are equally good.
std::optional<Choice> compare_live(const Eigen::Ref<const Eigen::MatrixXd>& losses, Eigen::Index overlap, double confidence);

} // namespace inferd
