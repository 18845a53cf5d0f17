#include "model/training/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace inferd {

using Eigen::Index;

Eigen::MatrixXd resampled_means(const Eigen::Ref<const Eigen::MatrixXd>& x, const Bootstrap& rules) {
  const Index n = x.rows(), length = rules.block;
  Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> sums(n + length + 1, x.cols());
  sums.row(0).setZero();
  for (Index i = 0; i < n + length; ++i) sums.row(i + 1) = sums.row(i) + x.row(i % n);

  std::mt19937_64 random(rules.seed); // the standard specifies its output, unlike that of distributions
  Eigen::MatrixXd means(rules.resamples, x.cols());
  Eigen::RowVectorXd sum(x.cols());
  for (Index b = 0; b < rules.resamples; ++b) {
    sum.setZero();
    for (Index taken = 0; taken < n; taken += length) {
      const auto begin = static_cast<Index>(random() % static_cast<std::uint64_t>(n));
      const auto end = begin + std::min(length, n - taken);
      sum += sums.row(end) - sums.row(begin);
    }
    means.row(b) = sum / static_cast<double>(n);
  }
  return means;
}

double quantile(Eigen::VectorXd values, double share) {
  const auto at = static_cast<Index>(std::lround(share * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[at];
}

Range gain_range(const Eigen::Ref<const Eigen::VectorXd>& losses, const Eigen::Ref<const Eigen::VectorXd>& base,
                 const Bootstrap& rules) {
  Eigen::MatrixXd both(losses.size(), 2);
  both << losses, base;
  const auto means = resampled_means(both, rules);
  const Eigen::VectorXd gains = (means.col(1).array() > 0).select(1 - means.col(0).array() / means.col(1).array(), 0.0);
  return {quantile(gains, 0.025), quantile(gains, 0.975)};
}

} // namespace inferd
