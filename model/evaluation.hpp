#pragma once
// How good predictions of overlapping labels were, and how sure that is.

#include <Eigen/Core>

namespace inferd {

struct Range {
  double low{}, high{};
};

/// NaN where a figure does not exist.
struct Score {
  double rmse{};
  double weighted_rmse{}; ///< each squared error weighted by |label|: large moves count for more
  double directional{};   ///< share of rows whose sign was right; rows where either is 0 do not count
  Range directional_range;
  double pearson{}; ///< NaN for predictions that never change
  Range pearson_range;
};

/// `independent`: what the rows are worth (Samples::independent). Ranges are 95 % and use it in place of the number of
/// rows: Wilson (1927) for the share, Fisher's z (1921) for the correlation.
Score evaluate(const Eigen::Ref<const Eigen::VectorXd>& labels, const Eigen::Ref<const Eigen::VectorXd>& predictions,
               double independent);

/// 95 %, of a share seen in n trials; n may be fractional.
Range wilson(double share, double n);

/// 95 %, of a correlation seen in n pairs; from -1 to 1 where n <= 3.
Range fisher(double r, double n);

} // namespace inferd
