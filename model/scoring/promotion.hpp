#pragma once
// The figures by which the network's competitions promote a worker (rules of August 2026).
//
// n_eff = n / (1 + 2 sum of rho_k), k = 1 … horizon - 1 rows, rho_k = autocorrelation of the truth where it exceeds 1.96 /
// sqrt(n - k); S = sqrt(max(1, horizon in minutes / 20)) multiplies it for directional accuracy, WRMSE and WCZAR. y: truth, p:
// prediction.
//   directional accuracy  share of y p > 0 over y != 0; Wilson's lower bound, z = 1.645, the share reduced by 0.5 / N
//   Pearson               Fisher's lower bound, z = 1.96
//   WRMSE gain            1 - sqrt(sum |y| (y - p)^2 / sum |y| y^2)
//   WCZAR gain            1 - sum |y| L(y, p) / sum |y| L(y, 0), L: czar_loss
//   their bounds          gain - 1.645 SE / sqrt(S), SE = standard deviation of the influence / sqrt(n_eff)
//   log aspect            log10(deviation of p / deviation of y), its error by the delta method: sqrt((1 - r^2) / n_eff) / ln
//   10
//
// Skill-free forecasts scaled to the aspect limit pass directional accuracy in 27 % and all six in 4 % of runs at 24 h.

#include <Eigen/Core>
#include <cstdint>

namespace inferd {

/// A figure that must have its lower bound above a threshold. NaN where it is undefined, which does not pass.
struct BoundedFigure {
  double value{}, bound{};
  bool passes{};
};

struct Promotion {
  std::int64_t n{};
  double effective{}; ///< n_eff; at least 20 are needed
  BoundedFigure directional, pearson, weighted_gain, czar_gain;
  double log_aspect{}, log_aspect_error{};

  bool enough() const { return effective >= 20; }
  /// One standard error around it overlaps [-0.5, 0.5].
  bool aspect_passes() const { return log_aspect - log_aspect_error <= 0.5 && log_aspect + log_aspect_error >= -0.5; }
  bool passes() const {
    return enough() && directional.passes && pearson.passes && weighted_gain.passes && czar_gain.passes && aspect_passes();
  }
};

/// How many of a topic's windows were answered; more than 0.9 of them are needed.
struct Participation {
  std::int64_t answered{}, windows{};

  double share() const { return static_cast<double>(answered) / static_cast<double>(windows); } ///< NaN: no windows
  bool passes() const { return share() > 0.9; }
};

/// One row per candle; a label spans `horizon` rows, which are `horizon_minutes` long. At least three rows.
Promotion grade(const Eigen::Ref<const Eigen::VectorXd>& truth, const Eigen::Ref<const Eigen::VectorXd>& prediction,
                std::int64_t horizon, double horizon_minutes);

/// The network's CZAR loss of truth `y` and prediction `p`, both in units of the truth's deviation.
double czar_loss(double y, double p);

/// n_eff for labels of `horizon` rows.
double effective_rows(const Eigen::Ref<const Eigen::VectorXd>& truth, std::int64_t horizon);

} // namespace inferd
