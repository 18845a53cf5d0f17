#include "model/training/evaluation.hpp"

#include <cassert>
#include <cmath>
#include <limits>

namespace inferd {
namespace {

constexpr double z95 = 1.959963984540054;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

} // namespace

Range wilson(double share, double n) {
  if (!(n > 0)) return {0, 1};
  const double zz = z95 * z95;
  const double centre = (share + zz / (2 * n)) / (1 + zz / n);
  const double half = z95 / (1 + zz / n) * std::sqrt(share * (1 - share) / n + zz / (4 * n * n));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

Range fisher(double r, double n) {
  if (n <= 3) return {-1, 1};
  const double half = z95 / std::sqrt(n - 3);
  return {std::tanh(std::atanh(r) - half), std::tanh(std::atanh(r) + half)};
}

Score evaluate(const Eigen::Ref<const Eigen::VectorXd>& y, const Eigen::Ref<const Eigen::VectorXd>& f, double independent) {
  assert(y.size() == f.size() && y.size() > 0);
  const auto n = static_cast<double>(y.size());
  const Eigen::ArrayXd squares = (y - f).array().square();
  const double weights = y.cwiseAbs().sum();
  Score s;
  s.rmse = std::sqrt(squares.mean());
  s.weighted_rmse = weights > 0 ? std::sqrt((squares * y.array().abs()).sum() / weights) : nan;

  const Eigen::ArrayXd agreement = y.array() * f.array();
  const auto counted = static_cast<double>((agreement != 0).count());
  s.directional = counted > 0 ? static_cast<double>((agreement > 0).count()) / counted : nan;
  s.directional_range = counted > 0 ? wilson(s.directional, independent * counted / n) : Range{nan, nan};

  const Eigen::VectorXd dy = y.array() - y.mean(), df = f.array() - f.mean();
  // A constant's deviations are rounding errors.
  const bool moves = df.norm() > 1e-12 * f.norm() && dy.norm() > 0;
  s.pearson = moves ? dy.dot(df) / (dy.norm() * df.norm()) : nan;
  s.pearson_range = moves ? fisher(s.pearson, independent) : Range{nan, nan};
  return s;
}

} // namespace inferd
