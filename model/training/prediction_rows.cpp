#include "model/training/prediction_rows.hpp"

#include "model/training/evaluation.hpp"
#include "model/model.hpp"
#include "model/ridge5.hpp"
#include "model/scoring/score_rows.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace inferd {
namespace {

using Eigen::Index;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t newest_errors = 2'000, least_errors = 100;

PredictionRows tail_of(const Samples& s, const Eigen::VectorXd& predictions, Index first) {
  const auto n = s.rows() - first;
  return {{s.opens.begin() + first, s.opens.end()}, s.labels.tail(n), predictions.tail(n), s.horizon};
}

/// The newest errors, sorted and in order of time.
class Errors {
public:
  void add(double error) {
    if (in_order_.size() == newest_errors) {
      sorted_.erase(std::lower_bound(sorted_.begin(), sorted_.end(), in_order_[oldest_]));
      in_order_[oldest_] = error;
      oldest_ = (oldest_ + 1) % newest_errors;
    } else {
      in_order_.push_back(error);
    }
    sorted_.insert(std::upper_bound(sorted_.begin(), sorted_.end(), error), error);
  }
  /// The smallest error that at least `level` of n + 1 exchangeable ones do not exceed; NaN: too few are known.
  double quantile(double level) const {
    const auto n = sorted_.size();
    const auto rank = static_cast<std::size_t>(std::ceil(level * static_cast<double>(n + 1)));
    return n < least_errors || rank > n ? nan : sorted_[rank - 1];
  }

private:
  std::vector<double> in_order_, sorted_;
  std::size_t oldest_ = 0;
};

} // namespace

PredictionRows rows_of_candidate(const Samples& s, const IntervalRules& rules, const WalkForwardPlan& plan, ModelOutput output,
                                 const std::string& name, Instant from) {
  if (output == ModelOutput::volatility) {
    const auto walk = volatility_walk(s, plan);
    const std::string names[] = {mean_reversion_name, "mean", "persistence", rules.har};
    const auto column = std::find(std::begin(names), std::end(names), name) - std::begin(names);
    return tail_of(s, walk.predictions.col(column), first_from(s, walk.first, from));
  }
  if (name == ridge5_name) {
    const auto blocks = walk_blocks(s, plan);
    return tail_of(s, ridge5_walk(s, blocks), first_from(s, blocks.front().begin, from));
  }
  const auto& all = candidates();
  const auto candidate = std::find_if(all.begin(), all.end(), [&](const Candidate& c) { return c.name == name; });
  const auto walk = walk_forward(s, {*candidate}, plan);
  return tail_of(s, walk.predictions.col(0), first_from(s, walk.first, from));
}

PredictionRows rows_of_joint(const JointSamples& samples, const WalkForwardPlan& plan, Instant from) {
  const auto walk = volatility_walk(samples.joint, plan);
  return tail_of(samples.joint, walk.predictions.col(3), first_from(samples.joint, walk.first, from));
}

PredictionRows rows_of_model(const Model& model, std::span<const Candle> candles, const OtherCandles& others, const Samples& s,
                             Instant from) {
  FollowedSeries followed(others, model.context().interval);
  JointFeatures features(model.needs_features() ? model.features() : std::vector<std::string>{}, model.context());
  PredictionRows out{
    .opens = {}, .truth = Eigen::VectorXd(s.rows()), .prediction = Eigen::VectorXd(s.rows()), .horizon = s.horizon};
  Index row = 0, kept = 0;
  for (const auto& candle : candles) {
    followed.push(candle.opens, features);
    features.push(candle);
    if (row == s.rows() || candle.opens != s.opens[static_cast<std::size_t>(row)]) continue;
    const double truth = s.labels[row++];
    if (candle.opens < from) continue;
    const double value = model.value(features.values());
    if (!std::isfinite(value)) continue;
    out.opens.push_back(candle.opens);
    out.truth[kept] = truth;
    out.prediction[kept++] = value;
  }
  out.truth.conservativeResize(kept);
  out.prediction.conservativeResize(kept);
  return out;
}

Coverage coverage_of(const PredictionRows& rows, double level, bool ratios) {
  const auto n = rows.truth.size();
  Coverage out{.level = level, .low = Eigen::VectorXd::Constant(n, nan), .high = Eigen::VectorXd::Constant(n, nan)};
  const auto error = [&](Index i) {
    const double y = rows.truth[i], f = rows.prediction[i];
    if (!ratios) return std::abs(y - f);
    return y > 0 && f > 0 ? std::abs(std::log(y / f)) : nan;
  };
  Errors known;
  double held = 0;
  for (Index i = 0; i < n; ++i) {
    if (i >= rows.horizon)
      if (const double e = error(i - rows.horizon); std::isfinite(e)) known.add(e);
    const double q = known.quantile(level), f = rows.prediction[i], y = rows.truth[i];
    if (!std::isfinite(q) || (ratios && !(f > 0))) continue;
    out.low[i] = ratios ? f * std::exp(-q) : f - q;
    out.high[i] = ratios ? f * std::exp(q) : f + q;
    out.width += out.high[i] - out.low[i];
    held += y >= out.low[i] && y <= out.high[i];
    ++out.n;
  }
  out.share = out.n > 0 ? held / static_cast<double>(out.n) : nan;
  out.width = out.n > 0 ? out.width / static_cast<double>(out.n) : nan;
  if (out.n > 0) out.range = wilson(out.share, static_cast<double>(out.n) / static_cast<double>(rows.horizon));
  return out;
}

} // namespace inferd
