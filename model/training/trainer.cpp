#include "model/training/trainer.hpp"

#include "model/training/joint_volatility.hpp"
#include "model/ridge5.hpp"
#include "base/duration.hpp"
#include "base/utc.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <fmt/format.h>
#include <tuple>

namespace inferd {
namespace {

/// Six standard deviations around no change: no useful forecast is outside, and a value in the wrong unit is.
Plausible plausible_returns(const Eigen::VectorXd& labels) {
  const double reach = 6 * std::sqrt(labels.squaredNorm() / static_cast<double>(labels.size()));
  return {-reach, reach, "six standard deviations of the training labels"};
}

ModelFile describe(const CandleFile& candles, const Samples& s, const TrainSettings& settings, const Comparison& table) {
  ModelFile file;
  file.topic = settings.topic;
  file.symbol = settings.symbol;
  file.interval = duration_text(settings.interval.ms);
  file.horizon = duration_text(settings.horizon_ms);
  file.training = {utc_text(candles.candles.front().opens),
                   utc_text(candles.candles.back().opens),
                   static_cast<std::int64_t>(candles.candles.size()),
                   s.rows(),
                   s.independent(s.rows()),
                   describe_gaps(candles.gaps)};
  file.walk_forward = table.span;
  file.scores = table.rows;
  file.why = table.why;
  return file;
}

/// Six deviations of the log around its mean; volatilities of 0 aside.
Plausible plausible_volatilities(const Eigen::VectorXd& labels) {
  const Eigen::ArrayXd logs = labels.array().max(1e-12).log();
  const double mean = logs.mean(), reach = 6 * std::sqrt((logs - mean).square().mean());
  return {std::exp(mean - reach), std::exp(mean + reach), "six standard deviations of the training labels' logarithm"};
}

/// Of a FeatureSet's names, in order.
void add_terms(ModelFile& file, const std::vector<std::string>& names, const LinearFit& fit) {
  for (Eigen::Index i = 0; i < fit.weight.size(); ++i) {
    file.features.push_back(names[static_cast<std::size_t>(i)]);
    file.linear.push_back({file.features.back(), fit.mean[i], fit.scale[i], fit.weight[i]});
  }
}

/// The row to keep: the chosen one, or settings.keep.
std::size_t kept(const Comparison& table, const TrainSettings& settings, std::string& why) {
  if (settings.keep.empty()) return table.chosen;
  std::string known;
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    if (table.rows[i].name == settings.keep) {
      if (i != table.chosen) why = fmt::format("kept by hand; by the comparison: {}", why);
      return i;
    }
    known += fmt::format("{}\"{}\"", i ? ", " : "", table.rows[i].name);
  }
  throw TrainingError(fmt::format("there is no candidate \"{}\", but {}", settings.keep, known));
}

} // namespace

namespace {

ModelFile train_volatility(const CandleFile& candles, const OtherCandles& others, const TrainSettings& settings,
                           const Progress& progress) {
  const auto& rules = *rules_for(settings.interval);
  const auto horizon = settings.horizon();
  JointSamples joint;
  Comparison table;
  VolatilityFit fit, joint_fit;
  if (others.empty()) {
    joint.own = volatility_samples(candles.candles, rules, settings.estimator, horizon);
    table = compare_volatility(joint.own, rules, settings.plan, progress, &fit);
  } else {
    joint = joint_samples(candles.candles, others, rules, settings.estimator, horizon);
    std::pair<VolatilityFit, VolatilityFit> fits;
    table = compare_joint_volatility(joint, rules, settings.plan, progress, &fits);
    std::tie(fit, joint_fit) = std::move(fits);
  }
  const auto& samples = joint.own;
  auto file = describe(candles, samples, settings, table);
  file.output = ModelOutput::volatility;
  file.estimator = estimator_name(settings.estimator);
  file.plausible = plausible_volatilities(samples.labels);
  const auto keep = kept(table, settings, file.why);
  file.chosen = table.rows[keep].name;
  file.kind = keep == 1 ? ModelKind::constant : ModelKind::linear;
  if (keep == 1) file.constant = fit.mean;
  const auto past = [&](std::int64_t rows, const Line& line) {
    file.intercept = line.intercept;
    file.features = {past_feature(settings.estimator, rows)};
    file.linear = {{file.features.back(), 0, 1, line.slope}};
  };
  if (keep == 0) past(rules.lookback(horizon), fit.reversion);
  if (keep == 2) past(horizon, {0, 1});
  if (keep < 3) return file;
  const auto& kept_fit = keep == 4 ? joint_fit : fit;
  file.intercept = kept_fit.har.intercept;
  file.link = ModelLink::exponential;
  file.factor = kept_fit.factor;
  add_terms(file, keep == 4 ? joint.inputs : har_features(rules, horizon), kept_fit.har);
  return file;
}

ModelFile train_returns(const CandleFile& candles, const TrainSettings& settings, const Progress& progress) {
  const auto samples = make_samples(candles.candles, settings.horizon(), settings.interval);
  std::vector<LinearFit> fits;
  const auto table = compare(samples, settings.plan, progress, &fits);
  auto file = describe(candles, samples, settings, table);
  file.output = settings.output;
  file.plausible = plausible_returns(samples.labels);
  const auto keep = kept(table, settings, file.why);
  file.chosen = table.rows[keep].name;

  const auto& fit = fits[keep];
  if (keep == candidates().size()) { // RIDGE5
    const auto names = ridge5_features();
    file.kind = ModelKind::linear;
    file.link = ModelLink::scaled;
    file.factor = std::sqrt(static_cast<double>(settings.horizon()));
    file.scale_by = names.back();
    add_terms(file, names, fit);
    return file;
  }
  const auto& spec = candidates()[keep].specs.front();
  if (spec.estimator != Estimator::ridge) {
    file.kind = ModelKind::constant;
    file.constant = fit.intercept;
    return file;
  }
  file.kind = ModelKind::linear;
  file.intercept = fit.intercept;
  for (std::size_t j = 0; j < feature_count; ++j) {
    const auto i = static_cast<Eigen::Index>(j);
    if (!spec.levels && is_level(feature_names()[j])) continue;
    file.features.emplace_back(feature_names()[j]);
    file.linear.push_back({file.features.back(), fit.mean[i], fit.scale[i], fit.weight[i]});
  }
  return file;
}

/// Why the settings' target cannot be trained; empty: it can.
std::string problem(const TrainSettings& settings) {
  const auto interval = duration_text(settings.interval.ms);
  if (!rules_for(settings.interval)) return fmt::format("candles of {}: {} are supported", interval, supported_intervals);
  if (settings.horizon_ms % settings.interval.ms != 0 || settings.horizon() < 1)
    return fmt::format("a horizon of {} is not a multiple of {}, the candles' interval", duration_text(settings.horizon_ms),
                       interval);
  if (settings.output == ModelOutput::volatility && settings.estimator == VolatilityEstimator::sample_deviation &&
      settings.horizon() < 2)
    return fmt::format("the estimator std needs at least two candles of {} in the horizon", interval);
  return {};
}

} // namespace

ModelFile train(const CandleFile& candles, const TrainSettings& settings, const Progress& progress) {
  return train(candles, {}, settings, progress);
}

ModelFile train(const CandleFile& candles, const OtherCandles& others, const TrainSettings& settings,
                const Progress& progress) {
  assert(settings.output != ModelOutput::probability);
  if (!others.empty() && settings.output != ModelOutput::volatility)
    throw TrainingError("candles of further series are for volatility only");
  if (const auto why = problem(settings); !why.empty()) throw TrainingError(why);
  try {
    for (const auto& [series, other_candles] : others)
      if (series != network_series) feed_of_series(series, {settings.symbol, settings.interval});
    return settings.output == ModelOutput::volatility ? train_volatility(candles, others, settings, progress)
                                                      : train_returns(candles, settings, progress);
  } catch (const FeatureError& e) {
    throw TrainingError(e.what());
  } catch (const TooFewRows& e) {
    throw TrainingError(fmt::format("{} candles are too few: {}", candles.candles.size(), e.what()));
  }
}

ModelFile train_labels(const CandleFile& candles, const TrainSettings& settings, const LabelRules& rules) {
  for (const auto& why : {problem(rules), problem(settings)})
    if (!why.empty()) throw TrainingError(why);
  const auto samples = make_samples(candles.candles, settings.horizon(), settings.interval);
  Comparison table;
  try {
    table = compare_labels(samples, rules, settings.plan);
  } catch (const TooFewRows& e) {
    throw TrainingError(fmt::format("{} candles are too few: {}", candles.candles.size(), e.what()));
  }
  auto file = describe(candles, samples, settings, table);
  file.output = ModelOutput::probability;
  file.kind = ModelKind::labels;
  file.edges = rules.edges;
  file.plausible = {0, 1, "a probability"};
  const auto keep = kept(table, settings, file.why);
  file.chosen = table.rows[keep].name;
  const std::vector<double> equal(rules.labels.size(), 1 / static_cast<double>(rules.labels.size()));
  const auto shares = in_millionths(keep == 0 ? equal : label_shares(count_labels(samples, rules, samples.rows())));
  for (std::size_t i = 0; i < shares.size(); ++i) file.labels.push_back({rules.labels[i], shares[i]});
  return file;
}

ModelFile constant_model(const TrainSettings& settings, double value) {
  if (!std::isfinite(value)) throw TrainingError("the constant is not finite");
  ModelFile file;
  file.topic = settings.topic;
  file.symbol = settings.symbol;
  file.interval = duration_text(settings.interval.ms);
  file.horizon = duration_text(settings.horizon_ms);
  file.output = settings.output;
  if (file.output == ModelOutput::volatility) {
    file.estimator = estimator_name(settings.estimator);
    if (value < 1e-9) throw TrainingError("the constant is not above 0");
  }
  file.kind = ModelKind::constant;
  file.constant = value;
  file.plausible = {value - 1e-9, value + 1e-9, "a constant"};
  file.chosen = "constant";
  file.why = "given by hand, compared with nothing";
  return file;
}

} // namespace inferd
