#pragma once
// Rows of the score table. For comparison.cpp and its neighbours.

#include "model/training/choice.hpp"
#include "model/training/trainer.hpp"

namespace inferd {

/// Gain and t of `a`; all other figures NaN.
ScoreRow score_row(const std::string& name, const Advantage& a, std::int64_t n);

/// Returns: with the accuracy of `predictions`, and its gain in weighted RMSE over predictions of zero.
ScoreRow return_row(const std::string& name, const Advantage& a, const Eigen::Ref<const Eigen::VectorXd>& labels,
                    const Eigen::Ref<const Eigen::VectorXd>& predictions, double independent);

/// Volatility: with its figures over mean reversion.
ScoreRow volatility_row(const std::string& name, const Advantage& a, const Samples&,
                        const Eigen::Ref<const Eigen::VectorXd>& labels, const Eigen::Ref<const Eigen::VectorXd>& predictions,
                        const Eigen::Ref<const Eigen::VectorXd>& reversion, const Promotion&);

/// Predictions from sample rows [first, end).
WalkForwardSpan span_of(const Samples&, Eigen::Index first, const WalkForwardPlan&);

/// The comparison's sentence.
std::string argument(const Comparison&, const Choice&);

/// The first sample row from `first` on whose candle opened at `from` or later. Throws TooFewRows when fewer than four horizons
/// are left.
Eigen::Index first_from(const Samples&, Eigen::Index first, Instant from);

/// Blocks of at least this many rows in the bootstrap.
inline constexpr Eigen::Index return_block = 24, volatility_block = 48;

} // namespace inferd
