#include "model/scoring/score_rows.hpp"

#include "model/training/bootstrap.hpp"
#include "model/training/evaluation.hpp"
#include "model/training/joint_volatility.hpp"
#include "model/ridge5.hpp"
#include "base/utc.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace inferd {
namespace {

using Eigen::Index;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

} // namespace

ScoreRow score_row(const std::string& name, const Advantage& a, std::int64_t n) {
  ScoreRow row{.name = name,
               .loss = nan,
               .directional = nan,
               .directional_low = nan,
               .directional_high = nan,
               .pearson = nan,
               .pearson_low = nan,
               .pearson_high = nan,
               .gain = a.gain,
               .gain_low = a.range.low,
               .gain_high = a.range.high,
               .weighted_gain = nan,
               .t = a.t,
               .n = n,
               .r2 = nan,
               .r2_low = nan,
               .r2_high = nan,
               .qlike = nan};
  return row;
}

ScoreRow return_row(const std::string& name, const Advantage& a, const Eigen::Ref<const Eigen::VectorXd>& labels,
                    const Eigen::Ref<const Eigen::VectorXd>& predictions, double independent) {
  const auto s = evaluate(labels, predictions, independent);
  const double zero = evaluate(labels, Eigen::VectorXd::Zero(labels.size()), independent).weighted_rmse;
  auto row = score_row(name, a, labels.size());
  row.loss = s.rmse;
  row.directional = s.directional;
  row.directional_low = s.directional_range.low;
  row.directional_high = s.directional_range.high;
  row.pearson = s.pearson;
  row.pearson_low = s.pearson_range.low;
  row.pearson_high = s.pearson_range.high;
  row.weighted_gain = 1 - s.weighted_rmse / zero;
  return row;
}

ScoreRow volatility_row(const std::string& name, const Advantage& a, const Samples& s,
                        const Eigen::Ref<const Eigen::VectorXd>& labels, const Eigen::Ref<const Eigen::VectorXd>& predictions,
                        const Eigen::Ref<const Eigen::VectorXd>& reversion, const Promotion& grade) {
  const Eigen::VectorXd squares = (predictions - labels).array().square(), base = (reversion - labels).array().square();
  auto row = score_row(name, a, labels.size());
  row.loss = std::sqrt(squares.mean());
  row.directional = grade.directional.value;
  const auto share = wilson(grade.directional.value, grade.effective);
  row.directional_low = share.low;
  row.directional_high = share.high;
  row.pearson = grade.pearson.value;
  const auto r = fisher(grade.pearson.value, grade.effective);
  row.pearson_low = r.low;
  row.pearson_high = r.high;
  row.weighted_gain = grade.weighted_gain.value;
  row.r2 = 1 - squares.sum() / base.sum();
  const auto block = std::min<Index>(std::max<Index>(2 * s.horizon, volatility_block), labels.size());
  const auto range = gain_range(squares, base, {.block = block});
  row.r2_low = range.low;
  row.r2_high = range.high;
  row.qlike = qlike(labels, predictions);
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
          plan.refit_rows,
          plan.embargo(s.horizon),
          n,
          s.independent(n)};
}

Index first_from(const Samples& s, Index first, Instant from) {
  const auto at = std::max<Index>(first, std::lower_bound(s.opens.begin(), s.opens.end(), from) - s.opens.begin());
  if (s.rows() - at < std::max<Index>(4 * s.horizon, 3))
    throw TooFewRows(fmt::format("{} rows from {} on have a label, at least {} are needed", s.rows() - at, utc_text(from),
                                 std::max<Index>(4 * s.horizon, 3)));
  return at;
}

LabelRules rules_of(const ModelFile& file) {
  LabelRules rules{{}, file.edges};
  for (const auto& share : file.labels) rules.labels.push_back(share.label);
  return rules;
}

Comparison compare(const Samples& s, const WalkForwardPlan& plan, const Progress& progress, std::vector<LinearFit>* fits,
                   Instant from) {
  auto walk = walk_forward(s, candidates(), plan, progress);
  std::vector<std::string> names;
  for (const auto& candidate : candidates()) names.push_back(candidate.name);
  if (s.ridge5.rows() > 0) {
    names.emplace_back(ridge5_name);
    walk.predictions.conservativeResize(Eigen::NoChange, walk.predictions.cols() + 1);
    walk.predictions.rightCols(1) = ridge5_walk(s, walk_blocks(s, plan));
    walk.final_fits.push_back(ridge5_fit(s));
  }
  const auto first = first_from(s, walk.first, from);
  const Eigen::MatrixXd predictions = walk.predictions.bottomRows(s.rows() - first);
  const Eigen::VectorXd labels = s.labels.tail(predictions.rows());
  const Eigen::MatrixXd losses = (predictions.colwise() - labels).array().square();
  const auto choice = choose(losses, true, {.horizon = s.horizon, .least_block = return_block});

  Comparison out;
  out.span = span_of(s, first, plan);
  const double minutes = static_cast<double>(s.horizon_ms()) / 60'000;
  for (std::size_t k = 0; k < names.size(); ++k) {
    const auto column = predictions.col(static_cast<Index>(k));
    out.rows.push_back(return_row(names[k], choice.advantages[k], labels, column, out.span.independent));
    out.grades.push_back(grade(labels, column, s.horizon, minutes));
  }
  out.chosen = choice.chosen;
  out.why = argument(out, choice);
  if (fits) *fits = std::move(walk.final_fits);
  return out;
}

Comparison compare_labels(const Samples& s, const LabelRules& rules, const WalkForwardPlan& plan) {
  const auto losses = label_losses(s, rules, plan);
  const auto choice = choose(losses, false, {.horizon = s.horizon});
  Comparison out;
  out.span = span_of(s, s.rows() - losses.rows(), plan);
  for (std::size_t k = 0; k < 2; ++k) {
    out.rows.push_back(score_row(k == 0 ? "all labels equal" : "shares of the past", choice.advantages[k], losses.rows()));
    out.rows.back().loss = losses.col(static_cast<Index>(k)).mean();
  }
  out.chosen = choice.chosen;
  out.why = argument(out, choice);
  return out;
}

namespace {

/// `predictions`: MR, mean, persistence, HAR and, at the end, HAR with other series; from sample row `first` on. The choice is
/// between MR, HAR and the last: mean and persistence are references, both contained in HAR's inputs.
Comparison volatility_table(const Samples& s, const WalkForwardPlan& plan, Index first, const std::vector<std::string>& names,
                            const Eigen::MatrixXd& predictions, const Eigen::VectorXd& change) {
  const auto n = s.rows() - first;
  const Eigen::VectorXd labels = s.labels.tail(n), persistence = predictions.col(2);
  const Eigen::MatrixXd losses = (predictions.colwise() - labels).array().square();
  const auto choice = choose(losses, true, {.horizon = s.horizon, .least_block = volatility_block});

  Comparison out;
  out.span = span_of(s, first, plan);
  const double minutes = static_cast<double>(s.horizon_ms()) / 60'000;
  const auto truth = on_network_scale(labels, labels, persistence, change);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const Eigen::VectorXd column = predictions.col(static_cast<Index>(i));
    // A prediction that is not above 0 has no logarithm: it is graded as the least one that has.
    const Eigen::VectorXd scaled = on_network_scale(column.cwiseMax(1e-12), labels, persistence, change);
    out.grades.push_back(truth.size() >= 3 ? grade(truth, scaled, s.horizon, minutes) : Promotion{});
    out.rows.push_back(
      volatility_row(names[i], choice.advantages[i], s, labels, column, predictions.col(0), out.grades.back()));
  }
  const auto pair_of = [&](Index simple, Index other) {
    Eigen::MatrixXd two(n, 2);
    two << losses.col(simple), losses.col(other);
    return choose(two, true, {.horizon = s.horizon, .least_block = volatility_block});
  };
  const auto argue = [&](const Choice& pair, const std::string& simple, const std::string& other) {
    const auto& a = pair.advantages[1];
    return fmt::format(
      "its walk-forward error is {} than that of {} by more than chance would give ({:+.1f} %, 95 % range {:+.1f} to "
      "{:+.1f} %; t {:.1f}, {:.1f} is needed; {} overlapping predictions are worth {:.0f})",
      pair.chosen == 1 ? "lower" : "not higher", pair.chosen == 1 ? simple : other, 100 * a.gain, 100 * a.range.low,
      100 * a.range.high, a.t, pair.critical, out.span.predictions, out.span.independent);
  };
  const auto own = pair_of(0, 3);
  out.chosen = own.chosen == 1 ? 3 : 0;
  out.why = argue(own, "mean reversion", names[3]);
  if (names.size() == 5 && out.chosen == 3) {
    const auto joint = pair_of(3, 4);
    out.chosen = joint.chosen == 1 ? 4 : 3;
    out.why = argue(joint, names[3], names[4]);
  }
  return out;
}

} // namespace

Comparison compare_volatility(const Samples& s, const IntervalRules& rules, const WalkForwardPlan& plan,
                              const Progress& progress, VolatilityFit* fit, Instant from) {
  const auto walk = volatility_walk(s, plan, progress);
  const auto first = first_from(s, walk.first, from);
  const auto n = s.rows() - first;
  if (fit) *fit = walk.final_fit;
  return volatility_table(s, plan, first, {mean_reversion_name, "mean", "persistence", rules.har},
                          walk.predictions.bottomRows(n), walk.change.tail(n));
}

Comparison compare_joint_volatility(const JointSamples& samples, const IntervalRules& rules, const WalkForwardPlan& plan,
                                    const Progress& progress, std::pair<VolatilityFit, VolatilityFit>* fits, Instant from) {
  const auto own = volatility_walk(samples.own, plan), joint = volatility_walk(samples.joint, plan, progress);
  const auto first = first_from(samples.own, own.first, from);
  const auto n = samples.own.rows() - first;
  Eigen::MatrixXd predictions(n, volatility_candidates + 1);
  predictions << own.predictions.bottomRows(n), joint.predictions.bottomRows(n).col(3);
  if (fits) *fits = {own.final_fit, joint.final_fit};
  return volatility_table(samples.own, plan, first, {mean_reversion_name, "mean", "persistence", rules.har, samples.name},
                          predictions, own.change.tail(n));
}

JointSamples joint_samples(std::span<const Candle> candles, const OtherCandles& others, const IntervalRules& rules,
                           VolatilityEstimator estimator, std::int64_t horizon) {
  JointSamples out{.inputs = har_features(rules, horizon), .name = rules.har, .joint = {}, .own = {}};
  const auto own_inputs = static_cast<Index>(out.inputs.size());
  for (const auto& [series, other_candles] : others) {
    out.name += (&series == &others.begin()->first ? "+" : ",") + series;
    if (series == network_series) {
      out.inputs.emplace_back(log_network_feature);
      continue;
    }
    for (const auto w : rules_for(feed_of_series(series, {"", rules.interval}).interval)->windows)
      out.inputs.push_back(fmt::format("{}:gk_{}", series, w));
  }
  const auto lookback = rules.lookback(horizon);
  SampleSpec spec{out.inputs, {rules.interval, horizon}, static_cast<std::size_t>(rules.warm_up), estimator};
  spec.warm_up = std::max(spec.warm_up, static_cast<std::size_t>(lookback + 1));
  spec.features.push_back(past_feature(estimator, lookback));
  spec.features.push_back(past_feature(estimator, horizon));
  out.joint = make_samples(candles, others, spec);
  out.own = out.joint;
  out.own.features.resize(out.joint.rows(), own_inputs + 2);
  out.own.features << out.joint.features.leftCols(own_inputs), out.joint.features.rightCols(2);
  return out;
}

} // namespace inferd
