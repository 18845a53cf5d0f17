#pragma once
// Circular block bootstrap (Politis and Romano 1992) of losses whose neighbours are correlated.

#include "model/training/evaluation.hpp"

#include <Eigen/Core>
#include <cstdint>

namespace inferd {

struct Bootstrap {
  Eigen::Index block{};
  int resamples = 1'000;
  std::uint64_t seed = 1; ///< the same seed gives the same draws on every machine
};

/// Column means of each resampled series, one per row. Blocks wrap from the end to the beginning, so every row is equally
/// likely.
Eigen::MatrixXd resampled_means(const Eigen::Ref<const Eigen::MatrixXd>& x, const Bootstrap&);

/// The value with `share` of the others below it.
double quantile(Eigen::VectorXd values, double share);

/// 95 % percentile interval of 1 - sum(losses) / sum(base).
Range gain_range(const Eigen::Ref<const Eigen::VectorXd>& losses, const Eigen::Ref<const Eigen::VectorXd>& base,
                 const Bootstrap&);

} // namespace inferd
