#include "model/training/joint_volatility.hpp"
#include "model/model.hpp"
#include "model/scoring/score_rows.hpp"
#include "base/utc.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace inferd {
namespace {

using Eigen::Index;

/// The model's value for each sample row; NaN where a feature is not defined.
Eigen::VectorXd values_of(const Model& model, std::span<const Candle> candles, const OtherCandles& others, const Samples& s) {
  Eigen::VectorXd out(s.rows());
  FollowedSeries followed(others, model.context().interval);
  JointFeatures features(model.needs_features() ? model.features() : std::vector<std::string>{}, model.context());
  Index row = 0;
  for (const auto& candle : candles) {
    followed.push(candle.opens, features);
    features.push(candle);
    if (row == s.rows() || candle.opens != s.opens[static_cast<std::size_t>(row)]) continue;
    out[row++] = model.value(features.values());
  }
  return out;
}

/// The losses of the simplest candidate and the model's, and the model's figures.
void score_labels(const Model& model, const Samples& s, Index first, ModelScore& out) {
  const auto& file = model.file();
  const auto rules = rules_of(file);
  Eigen::MatrixXd losses(s.rows() - first, 2);
  for (Index i = 0; i < losses.rows(); ++i) {
    const auto& share = file.labels[label_of(rules, s.labels[first + i])];
    losses(i, 0) = std::log(static_cast<double>(file.labels.size()));
    losses(i, 1) = -std::log(std::max(share.probability, 1e-6));
  }
  out.row = score_row(file.chosen, choose(losses, false, {.horizon = s.horizon}).advantages[1], losses.rows());
  out.row.loss = losses.col(1).mean();
}

void score_returns(const Eigen::VectorXd& values, const Samples& s, Index first, const std::string& name, ModelScore& out) {
  const auto n = s.rows() - first;
  const Eigen::VectorXd labels = s.labels.tail(n), predictions = values.tail(n);
  Eigen::MatrixXd losses(n, 2);
  losses.col(0) = labels.array().square();
  losses.col(1) = (labels - predictions).array().square();
  const auto choice = choose(losses, true, {.horizon = s.horizon, .least_block = return_block});
  out.row = return_row(name, choice.advantages[1], labels, predictions, out.independent);
  out.grade = grade(labels, predictions, s.horizon, static_cast<double>(s.horizon_ms()) / 60'000);
}

void score_volatility(const Eigen::VectorXd& values, const VolatilityWalk& walk, const Samples& s, Index first,
                      const std::string& name, ModelScore& out) {
  const auto n = s.rows() - first;
  const Eigen::VectorXd labels = s.labels.tail(n), predictions = values.tail(n), change = walk.change.tail(n);
  const Eigen::MatrixXd others = walk.predictions.bottomRows(n);
  Eigen::MatrixXd losses(n, 2);
  losses.col(0) = (others.col(0) - labels).array().square();
  losses.col(1) = (predictions - labels).array().square();
  const auto choice = choose(losses, true, {.horizon = s.horizon, .least_block = volatility_block});
  const auto truth = on_network_scale(labels, labels, others.col(2), change);
  const auto scaled = on_network_scale(predictions.cwiseMax(1e-12), labels, others.col(2), change);
  out.grade = truth.size() >= 3 ? grade(truth, scaled, s.horizon, static_cast<double>(s.horizon_ms()) / 60'000) : Promotion{};
  out.row = volatility_row(name, choice.advantages[1], s, labels, predictions, others.col(0), *out.grade);
}

} // namespace

ModelScore score_model(const Model& model, std::span<const Candle> candles, const Samples& s, const WalkForwardPlan& plan,
                       Instant from) {
  return score_model(model, candles, {}, s, plan, from);
}

ModelScore score_model(const Model& model, std::span<const Candle> candles, const OtherCandles& others, const Samples& s,
                       const WalkForwardPlan& plan, Instant from) {
  const auto& file = model.file();
  const auto trained = parse_utc(file.training.last);
  const bool volatility = file.output == ModelOutput::volatility, labels = file.kind == ModelKind::labels;
  const auto from_row = [&](Instant t) { return std::lower_bound(s.opens.begin(), s.opens.end(), t) - s.opens.begin(); };
  ModelScore out;
  Index first = from.value > 0 ? from_row(from) : trained ? from_row({trained->value + 1}) : 0;
  out.in_sample = trained && first < s.rows() && s.opens[static_cast<std::size_t>(first)] <= *trained;
  const Eigen::VectorXd values = labels ? Eigen::VectorXd() : values_of(model, candles, others, s);
  try {
    std::optional<VolatilityWalk> walk;
    if (volatility) walk = volatility_walk(s, plan); // the baselines: nothing is scored before them
    if (from.value > 0) first = first_from(s, first, from);
    if (s.rows() - std::max(first, walk ? walk->first : 0) < 4 * s.horizon) {
      out.in_sample = true;
      first = walk_blocks(s, plan).front().begin;
    }
    if (walk) first = std::max(first, walk->first);
    while (!labels && first < s.rows() && !std::isfinite(values[first])) ++first;
    if (s.rows() - first < 4 * s.horizon) throw TooFewRows("too few rows have the model's features");
    out.rows = s.rows() - first;
    out.independent = s.independent(out.rows);
    out.first = utc_text(s.opens[static_cast<std::size_t>(first)]);
    out.last = utc_text(s.opens.back());
    if (labels) score_labels(model, s, first, out);
    else if (volatility) score_volatility(values, *walk, s, first, file.chosen, out);
    else score_returns(values, s, first, file.chosen, out);
  } catch (const TooFewRows& e) {
    throw TrainingError(e.what());
  }
  return out;
}

} // namespace inferd
