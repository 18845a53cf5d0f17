#include "model/trainer.hpp"

#include "base/utc.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <fmt/format.h>

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
  file.horizon_hours = settings.horizon_hours;
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

ModelFile train(const CandleFile& candles, const TrainSettings& settings, const Progress& progress) {
  assert(settings.output != ModelOutput::probability && settings.horizon_hours > 0);
  const auto samples = make_samples(candles.candles, settings.horizon_hours);
  std::vector<LinearFit> fits;
  Comparison table;
  try {
    table = compare(samples, settings.plan, progress, &fits);
  } catch (const TooFewRows& e) {
    throw TrainingError(fmt::format("{} candles are too few: {}", candles.candles.size(), e.what()));
  }
  auto file = describe(candles, samples, settings, table);
  file.output = settings.output;
  file.plausible = plausible_returns(samples.labels);
  const auto keep = kept(table, settings, file.why);
  file.chosen = table.rows[keep].name;

  const auto& fit = fits[keep];
  if (candidates()[keep].specs.front().estimator != Estimator::ridge) {
    file.kind = ModelKind::constant;
    file.constant = fit.intercept;
    return file;
  }
  file.kind = ModelKind::linear;
  file.intercept = fit.intercept;
  for (std::size_t j = 0; j < feature_count; ++j) {
    const auto i = static_cast<Eigen::Index>(j);
    if (!candidates()[keep].specs.front().levels && is_level(feature_names()[j])) continue;
    file.features.emplace_back(feature_names()[j]);
    file.linear.push_back({file.features.back(), fit.mean[i], fit.scale[i], fit.weight[i]});
  }
  return file;
}

ModelFile train_labels(const CandleFile& candles, const TrainSettings& settings, const LabelRules& rules) {
  if (const auto why = problem(rules); !why.empty()) throw TrainingError(why);
  const auto samples = make_samples(candles.candles, settings.horizon_hours);
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
  file.horizon_hours = settings.horizon_hours;
  file.output = settings.output;
  file.kind = ModelKind::constant;
  file.constant = value;
  file.plausible = {value - 1e-9, value + 1e-9, "a constant"};
  file.chosen = "constant";
  file.why = "given by hand, compared with nothing";
  return file;
}

} // namespace inferd
