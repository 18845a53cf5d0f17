#include "model/scoring/promotion.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

namespace inferd {
namespace {

using Eigen::ArrayXd;
using Eigen::Index;

constexpr double one_sided = 1.645, two_sided = 1.96;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double softplus(double x) { return std::log1p(std::exp(-std::abs(x))) + std::max(x, 0.0); }

double deviation(const ArrayXd& x) { return std::sqrt((x - x.mean()).square().sum() / static_cast<double>(x.size() - 1)); }

double wilson_low(double share, double n) {
  const double z2 = one_sided * one_sided;
  const double centre = share + z2 / (2 * n);
  return (centre - one_sided * std::sqrt(std::max(0.0, share * (1 - share) / n + z2 / (4 * n * n)))) / (1 + z2 / n);
}

BoundedFigure above(double value, double bound, double threshold) { return {value, bound, bound > threshold}; }

/// 1 - loss / base or, `root`, 1 - its square root; the bound from the influence of each row on it.
BoundedFigure gain(const ArrayXd& losses, const ArrayXd& base, bool root, double effective, double scale) {
  const double least = base.mean();
  if (!(least > 0)) return {nan, nan, false};
  const double ratio = losses.mean() / least, share = root ? std::sqrt(ratio) : ratio;
  const double slope = root ? 1 / (2 * std::max(share, 1e-12)) : 1;
  const double error = slope * deviation((losses - ratio * base) / least) / std::sqrt(effective);
  return above(1 - share, 1 - share - one_sided * error / std::sqrt(scale), 0);
}

} // namespace

double czar_loss(double y, double p) {
  const double size = std::abs(y), angle = std::atan(size), u = y < 0 ? -p : p;
  const double core = u <= 0 ? angle - u : u <= size ? angle - std::atan(u) : (u - size) / (1 + y * y);
  const double margin = 1 - angle / M_PI_4;
  return core + M_PI_4 * softplus(margin / 0.1) / softplus(10);
}

double effective_rows(const Eigen::Ref<const Eigen::VectorXd>& truth, std::int64_t horizon) {
  const Index n = truth.size();
  const Eigen::VectorXd d = truth.array() - truth.mean();
  const double squares = d.squaredNorm();
  double sum = 0;
  for (Index k = 1; k < std::min<Index>(horizon, n - 1) && squares > 0; ++k) {
    const double rho = d.tail(n - k).dot(d.head(n - k)) / squares;
    if (rho > two_sided / std::sqrt(static_cast<double>(n - k))) sum += rho;
  }
  return static_cast<double>(n) / (1 + 2 * sum);
}

Promotion grade(const Eigen::Ref<const Eigen::VectorXd>& truth, const Eigen::Ref<const Eigen::VectorXd>& prediction,
                std::int64_t horizon, double horizon_minutes) {
  assert(truth.size() == prediction.size() && truth.size() >= 3);
  const ArrayXd y = truth.array(), p = prediction.array(), weight = y.abs();
  Promotion out;
  out.n = truth.size();
  out.effective = effective_rows(truth, horizon);
  const double scale = std::sqrt(std::max(1.0, horizon_minutes / 20));

  const auto moved = static_cast<double>((y != 0).count());
  const double hits = moved > 0 ? static_cast<double>((y * p > 0).count()) / moved : nan;
  const double trials = out.effective * scale;
  out.directional = above(hits, wilson_low(std::max(0.0, hits - 0.5 / trials), trials), 0.5);

  const double deviation_y = deviation(y), deviation_p = deviation(p);
  const bool both = deviation_y > 0 && deviation_p > 1e-12 * std::abs(p.mean()); // a constant's deviation is rounding error
  const double r =
    both ? ((y - y.mean()) * (p - p.mean())).sum() / static_cast<double>(out.n - 1) / (deviation_y * deviation_p) : nan;
  const double low = out.effective > 3 ? std::tanh(std::atanh(r) - two_sided / std::sqrt(out.effective - 3)) : nan;
  out.pearson = above(r, low, 0);

  out.weighted_gain = gain(weight * (y - p).square(), weight * y.square(), true, out.effective, scale);
  ArrayXd losses(y.size()), base(y.size());
  for (Index i = 0; i < y.size(); ++i) {
    losses[i] = weight[i] * czar_loss(y[i] / deviation_y, p[i] / deviation_y);
    base[i] = weight[i] * czar_loss(y[i] / deviation_y, 0);
  }
  out.czar_gain = gain(losses, base, false, out.effective, scale);
  out.log_aspect = both ? std::log10(deviation_p / deviation_y) : -std::numeric_limits<double>::infinity();
  out.log_aspect_error = both ? std::sqrt(std::max(0.0, 1 - r * r) / out.effective) / M_LN10 : 0;
  return out;
}

} // namespace inferd
