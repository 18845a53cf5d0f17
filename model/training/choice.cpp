#include "model/training/choice.hpp"

#include "model/training/bootstrap.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace inferd {
namespace {

using Eigen::Index;

double deviation(const Eigen::VectorXd& x) {
  return std::sqrt((x.array() - x.mean()).square().sum() / static_cast<double>(x.size() - 1));
}

/// Factors for standard errors and, in addition, for quantiles; see the header.
struct SmallSampleFactors {
  double error, tail;
};
SmallSampleFactors small_sample_factors(Index rows, Index block, Index horizon) {
  const double blocks = static_cast<double>(rows) / static_cast<double>(block);
  const double recovered = 1 - static_cast<double>(horizon) / static_cast<double>(3 * block);
  const double z = 1.96;
  return {std::sqrt(1 / recovered * blocks / (blocks - 1)), 1 + (z * z + 1) / (4 * (blocks - 1))};
}

} // namespace

Choice choose(const Eigen::Ref<const Eigen::MatrixXd>& losses, bool root, const ChoiceRules& rules) {
  const Index count = losses.cols();
  assert(count > 0 && rules.horizon > 0 && losses.rows() >= 4 * rules.horizon && rules.resamples > 1);
  const Eigen::RowVectorXd mean = losses.colwise().mean();
  const Index block = std::max(2 * rules.horizon, std::min(rules.least_block, losses.rows() / 2));
  const Eigen::MatrixXd means = resampled_means(losses, {block, rules.resamples, rules.seed});
  const auto factors = small_sample_factors(losses.rows(), block, rules.horizon);

  Choice out;
  out.advantages.resize(static_cast<std::size_t>(count));
  Eigen::VectorXd largest = Eigen::VectorXd::Zero(rules.resamples);
  for (Index k = 0; k < count; ++k) {
    auto& a = out.advantages[static_cast<std::size_t>(k)];
    const Eigen::ArrayXd ratio = (means.col(0).array() > 0).select(means.col(k).array() / means.col(0).array(), 1.0);
    const Eigen::VectorXd gains = 1 - (root ? Eigen::ArrayXd(ratio.sqrt()) : ratio);
    const double share = mean[0] > 0 ? mean[k] / mean[0] : 1; // both losses are 0 where the price never moved
    a.gain = 1 - (root ? std::sqrt(share) : share);
    a.range = {a.gain - factors.error * factors.tail * (a.gain - quantile(gains, 0.025)),
               a.gain + factors.error * factors.tail * (quantile(gains, 0.975) - a.gain)};
    a.mean = mean[0] - mean[k];
    const Eigen::VectorXd saved = means.col(0) - means.col(k);
    const double plain = deviation(saved);
    a.error = factors.error * plain;
    a.t = a.error > 0 ? a.mean / a.error : std::numeric_limits<double>::quiet_NaN();
    if (a.error > 0) largest = largest.cwiseMax(((saved.array() - a.mean) / plain).matrix());
  }
  out.critical = factors.tail * quantile(largest, rules.confidence);

  const auto passes = [&](Index k) { return out.advantages[static_cast<std::size_t>(k)].t > out.critical; };
  Index best = 0;
  for (Index k = 1; k < count; ++k)
    if (passes(k) && mean[k] < mean[best]) best = k;
  Index kept = best;
  for (Index k = best; k-- > 1;) {
    const double error = factors.error * deviation(means.col(k) - means.col(best));
    if (passes(k) && mean[k] - mean[best] <= out.critical * error) kept = k;
  }
  out.chosen = static_cast<std::size_t>(kept);
  return out;
}

} // namespace inferd
