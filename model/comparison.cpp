#include "model/choice.hpp"
#include "model/evaluation.hpp"
#include "model/model.hpp"
#include "model/trainer.hpp"
#include "base/utc.hpp"

#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace inferd {
namespace {

using Eigen::Index;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

ScoreRow row_of(const std::string& name, const Advantage& a) {
  ScoreRow row{name, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan, nan};
  row.gain = a.gain;
  row.gain_low = a.range.low;
  row.gain_high = a.range.high;
  row.t = a.t;
  return row;
}

ScoreRow row_of(const std::string& name, const Advantage& a, const Score& s, double zero_weighted_rmse) {
  auto row = row_of(name, a);
  row.loss = s.rmse;
  row.directional = s.directional;
  row.directional_low = s.directional_range.low;
  row.directional_high = s.directional_range.high;
  row.pearson = s.pearson;
  row.pearson_low = s.pearson_range.low;
  row.pearson_high = s.pearson_range.high;
  row.weighted_gain = 1 - s.weighted_rmse / zero_weighted_rmse;
  return row;
}

std::string argument(const Comparison& table, const Choice& choice) {
  const auto range = [](const ScoreRow& r) {
    return fmt::format("{:+.1f} %, 95 % range {:+.1f} to {:+.1f} %", 100 * r.gain, 100 * r.gain_low, 100 * r.gain_high);
  };
  const auto worth = fmt::format("{} overlapping predictions are worth {:.0f}", table.span.predictions, table.span.independent);
  if (choice.chosen > 0) {
    const auto& won = table.rows[choice.chosen];
    return fmt::format(
      "its walk-forward error is lower than that of \"{}\" by more than chance would give ({}; t {:.1f}, {:.1f} "
      "is needed with {} candidates; {})",
      table.rows[0].name, range(won), won.t, choice.critical, table.rows.size(), worth);
  }
  std::size_t best = 1;
  for (std::size_t i = 2; i < table.rows.size(); ++i)
    if (table.rows[i].gain > table.rows[best].gain) best = i;
  return fmt::format(
    "no other candidate's walk-forward error is lower by more than chance would give (best: \"{}\" {}; t {:.1f}, "
    "{:.1f} is needed with {} candidates; {})",
    table.rows[best].name, range(table.rows[best]), table.rows[best].t, choice.critical, table.rows.size(), worth);
}

WalkForwardSpan span_of(const Samples& s, Index first, const WalkForwardPlan& plan) {
  const auto n = s.rows() - first;
  return {utc_text(s.opens[static_cast<std::size_t>(first)]),
          utc_text(s.opens.back()),
          plan.first_rows,
          plan.refit_hours,
          plan.embargo(s.horizon_hours),
          n,
          s.independent(n)};
}

} // namespace

LabelRules rules_of(const ModelFile& file) {
  LabelRules rules{{}, file.edges};
  for (const auto& share : file.labels) rules.labels.push_back(share.label);
  return rules;
}

Comparison compare(const Samples& s, const WalkForwardPlan& plan, const Progress& progress, std::vector<LinearFit>* fits) {
  auto walk = walk_forward(s, candidates(), plan, progress);
  const Eigen::VectorXd labels = s.labels.tail(walk.predictions.rows());
  const Eigen::MatrixXd losses = (walk.predictions.colwise() - labels).array().square();
  const auto choice = choose(losses, true, {.horizon = s.horizon_hours});

  Comparison out;
  out.span = span_of(s, walk.first, plan);
  double zero_weighted = 0;
  for (std::size_t k = 0; k < candidates().size(); ++k) {
    const auto score = evaluate(labels, walk.predictions.col(static_cast<Index>(k)), out.span.independent);
    if (k == 0) zero_weighted = score.weighted_rmse;
    out.rows.push_back(row_of(candidates()[k].name, choice.advantages[k], score, zero_weighted));
  }
  out.chosen = choice.chosen;
  out.why = argument(out, choice);
  if (fits) *fits = std::move(walk.final_fits);
  return out;
}

Comparison compare_labels(const Samples& s, const LabelRules& rules, const WalkForwardPlan& plan) {
  const auto losses = label_losses(s, rules, plan);
  const auto choice = choose(losses, false, {.horizon = s.horizon_hours});
  Comparison out;
  out.span = span_of(s, s.rows() - losses.rows(), plan);
  for (std::size_t k = 0; k < 2; ++k) {
    out.rows.push_back(row_of(k == 0 ? "all labels equal" : "shares of the past", choice.advantages[k]));
    out.rows.back().loss = losses.col(static_cast<Index>(k)).mean();
  }
  out.chosen = choice.chosen;
  out.why = argument(out, choice);
  return out;
}

ModelScore score_model(const Model& model, const Samples& s, const WalkForwardPlan& plan) {
  const auto& file = model.file();
  const auto trained = parse_utc(file.training.last);
  Index first = 0;
  while (trained && first < s.rows() && s.opens[static_cast<std::size_t>(first)] <= *trained) ++first;
  ModelScore out;
  out.in_sample = s.rows() - first < 4 * s.horizon_hours;
  try {
    if (out.in_sample) first = walk_blocks(s, plan).front().begin;
  } catch (const TooFewRows& e) {
    throw TrainingError(e.what());
  }
  const auto n = s.rows() - first;
  out.rows = n;
  out.independent = s.independent(n);
  out.first = utc_text(s.opens[static_cast<std::size_t>(first)]);
  out.last = utc_text(s.opens.back());

  Eigen::MatrixXd losses(n, 2);
  Eigen::VectorXd predictions(n);
  const auto rules = rules_of(file);
  const ChoiceRules choice_rules{.horizon = s.horizon_hours};
  if (file.kind == ModelKind::labels) {
    for (Index i = 0; i < n; ++i) {
      const auto& share = file.labels[label_of(rules, s.labels[first + i])];
      losses(i, 0) = std::log(static_cast<double>(file.labels.size()));
      losses(i, 1) = -std::log(std::max(share.probability, 1e-6));
    }
    out.row = row_of(file.chosen, choose(losses, false, choice_rules).advantages[1]);
    out.row.loss = losses.col(1).mean();
    return out;
  }
  for (Index i = 0; i < n; ++i) predictions[i] = model.log_return({s.features.row(first + i).data(), feature_count});
  const Eigen::VectorXd labels = s.labels.tail(n);
  losses.col(0) = labels.array().square();
  losses.col(1) = (labels - predictions).array().square();
  const double zero_weighted = evaluate(labels, Eigen::VectorXd::Zero(n), out.independent).weighted_rmse;
  out.row = row_of(file.chosen, choose(losses, true, choice_rules).advantages[1],
                   evaluate(labels, predictions, out.independent), zero_weighted);
  return out;
}

} // namespace inferd
