#include "model/scoring/live_scores.hpp"

#include "model/training/bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace inferd {
namespace {

constexpr double undefined = std::numeric_limits<double>::quiet_NaN();
constexpr Eigen::Index least_rows = 4; ///< for an interval

std::int64_t median(std::vector<std::int64_t> of) {
  const auto middle = of.begin() + static_cast<std::ptrdiff_t>(of.size() / 2);
  std::nth_element(of.begin(), middle, of.end());
  return *middle;
}

} // namespace

Eigen::Index overlapping_windows(const std::vector<std::int64_t>& candles, std::int64_t horizon_ms) {
  std::vector<std::int64_t> distances, sharing; // of the distinct candles
  for (std::size_t i = 0; i < candles.size(); ++i)
    if (i > 0 && candles[i] <= candles[i - 1]) ++sharing.back();
    else {
      if (i > 0) distances.push_back(candles[i] - candles[i - 1]);
      sharing.push_back(1);
    }
  if (sharing.empty()) return 1;
  const auto shared = median(std::move(sharing));
  if (distances.empty()) return shared;
  const auto distance = median(std::move(distances));
  return std::max<Eigen::Index>(1, (horizon_ms + distance - 1) / distance) * shared;
}

double live_loss(ModelOutput output, double truth, double prediction) {
  const double error = output == ModelOutput::price ? std::log(prediction / truth) : prediction - truth;
  return error * error;
}

LiveScore live_score(ModelOutput output, const Eigen::Ref<const Eigen::VectorXd>& truth,
                     const Eigen::Ref<const Eigen::VectorXd>& prediction, Eigen::Index overlap) {
  LiveScore s{.n = truth.size(),
              .rmse = undefined,
              .rmse_range = {undefined, undefined},
              .directional = undefined,
              .directional_range = {undefined, undefined},
              .pearson = undefined,
              .qlike = undefined};
  if (s.n == 0) return s;
  Eigen::VectorXd losses(truth.size());
  for (Eigen::Index i = 0; i < truth.size(); ++i) losses[i] = live_loss(output, truth[i], prediction[i]);
  s.rmse = std::sqrt(losses.mean());
  if (s.n >= least_rows) {
    const Eigen::MatrixXd column = losses;
    const Eigen::VectorXd means = resampled_means(column, {.block = std::min<Eigen::Index>(2 * overlap, s.n)}).col(0);
    s.rmse_range = {std::sqrt(quantile(means, 0.025)), std::sqrt(quantile(means, 0.975))};
  }
  const auto e = evaluate(truth, prediction, static_cast<double>(s.n) / static_cast<double>(overlap));
  s.pearson = e.pearson;
  if (output == ModelOutput::log_return) s.directional = e.directional, s.directional_range = e.directional_range;
  if (output == ModelOutput::volatility && truth.minCoeff() > 0 && prediction.minCoeff() > 0) {
    const Eigen::ArrayXd ratio = (truth.array() / prediction.array()).square();
    s.qlike = (ratio - ratio.log() - 1).mean();
  }
  return s;
}

namespace {

/// Least squares of y on x, row by row.
class Line {
public:
  void add(double x, double y) { ++n_, x_ += x, y_ += y, xx_ += x * x, xy_ += x * y; }
  double n() const { return n_; }
  double at(double x) const {
    const double spread = xx_ - x_ * x_ / n_;
    const double slope = spread > 1e-12 * xx_ ? (xy_ - x_ * y_ / n_) / spread : 0;
    return y_ / n_ + slope * (x - x_ / n_);
  }

private:
  double n_{}, x_{}, y_{}, xx_{}, xy_{};
};

std::optional<Promotion> volatility_grade(const Eigen::Ref<const Eigen::VectorXd>& truth,
                                          const Eigen::Ref<const Eigen::VectorXd>& prediction,
                                          const Eigen::Ref<const Eigen::VectorXd>& past, Eigen::Index overlap, double minutes) {
  Line reversion;
  Eigen::VectorXd changes(truth.size()), predicted(truth.size());
  Eigen::Index rows = 0, known = 0;
  const auto usable = [&](Eigen::Index i) { return truth[i] > 0 && past[i] > 0; };
  for (Eigen::Index i = 0; i < truth.size(); ++i) {
    for (; known + overlap <= i; ++known) // their labels end by the time of window i
      if (usable(known)) reversion.add(std::log(past[known]), std::log(truth[known] / past[known]));
    if (!usable(i) || reversion.n() < static_cast<double>(least_fit_labels * overlap)) continue;
    const double expected = reversion.at(std::log(past[i]));
    changes[rows] = std::log(truth[i] / past[i]) - expected;
    predicted[rows++] = std::log(std::max(prediction[i], 1e-12) / past[i]) - expected;
  }
  if (rows < 3) return {};
  return grade(changes.head(rows), predicted.head(rows), overlap, minutes);
}

} // namespace

std::optional<Promotion> live_grade(ModelOutput output, const Eigen::Ref<const Eigen::VectorXd>& truth,
                                    const Eigen::Ref<const Eigen::VectorXd>& prediction,
                                    const Eigen::Ref<const Eigen::VectorXd>& base, Eigen::Index overlap,
                                    std::int64_t horizon_ms) {
  if (truth.size() < 3) return {};
  const double minutes = static_cast<double>(horizon_ms) / 60'000;
  if (output == ModelOutput::log_return) return grade(truth, prediction, overlap, minutes);
  if (output == ModelOutput::volatility) return volatility_grade(truth, prediction, base, overlap, minutes);
  if (output != ModelOutput::price || !(base.minCoeff() > 0) || !(truth.minCoeff() > 0)) return {};
  // A prediction that is not above 0 has no logarithm: it is graded as the least one that has.
  const auto over_base = [&](const Eigen::VectorXd& price) -> Eigen::VectorXd {
    return (price.array().max(1e-12) / base.array()).log().matrix();
  };
  return grade(over_base(truth), over_base(prediction), overlap, minutes);
}

std::optional<Choice> compare_live(const Eigen::Ref<const Eigen::MatrixXd>& losses, Eigen::Index overlap, double confidence) {
  if (losses.rows() < std::max<Eigen::Index>(4 * overlap, 8)) return {};
  ChoiceRules rules{.horizon = overlap};
  rules.confidence = confidence;
  return choose(losses, false, rules);
}

} // namespace inferd
