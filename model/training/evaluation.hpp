#pragma once
// Accuracy of predictions whose labels overlap, with confidence intervals.

#include <Eigen/Core>

namespace inferd {

struct Range {
  double low{}, high{};
};

/// NaN where a figure is undefined.
struct Score {
  double rmse{};
  double weighted_rmse{}; ///< each squared error weighted by |label|; NaN when all labels are 0
  double directional{};   ///< share of rows with the right sign; rows where either value is 0 are left out
  Range directional_range;
  double pearson{}; ///< NaN for constant predictions or labels
  Range pearson_range;
};

/// `independent`: effective number of rows (Samples::independent), used as n. 95 % intervals: Wilson (1927) for the share,
/// Fisher's z (1921) for the correlation.
Score evaluate(const Eigen::Ref<const Eigen::VectorXd>& labels, const Eigen::Ref<const Eigen::VectorXd>& predictions,
               double independent);

/// 95 % Wilson interval of a proportion; `n` may be fractional.
Range wilson(double share, double n);

/// 95 % interval of a correlation of n pairs; [-1, 1] where n <= 3.
Range fisher(double r, double n);

} // namespace inferd
