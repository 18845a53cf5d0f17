#include "runtime/tape/what_if_score.hpp"

#include "model/training/bootstrap.hpp"
#include "model/training/samples.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace inferd {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Blocks that an interval needs: with fewer the resamples are nearly all alike.
constexpr double least_blocks = 4;

double number(const std::string& text) {
  double x{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
  return error == std::errc{} && end == text.data() + text.size() ? x : nan;
}

/// What a single value says, as log return or volatility.
double as_move(const std::vector<LabelledValue>& values, const WhatIfWindow& w, ModelOutput output) {
  const double x = number(values.front().value);
  return output == ModelOutput::price ? std::log(x / w.close) : x;
}

/// Squared error, for labels log loss; NaN where the values are of another kind.
double loss(const std::vector<LabelledValue>& values, const WhatIfWindow& w, ModelOutput output) {
  if (output != ModelOutput::probability) return std::pow(as_move(values, w, output) - *w.truth, 2);
  for (const auto& v : values)
    if (v.label == w.truth_text) return -std::log(std::max(number(v.value), 1e-6));
  return nan;
}

/// Log return or volatility that followed each candle.
std::map<Instant, double> moves_after(const std::vector<Candle>& candles, const TriedModel& model) {
  const FeatureContext context{model.feed.interval, model.horizon_ms / model.feed.interval.ms};
  const auto volatility = model.output == ModelOutput::volatility ? std::optional(model.estimator) : std::nullopt;
  const auto samples = make_samples(candles, SampleSpec{{}, context, 0, volatility});
  std::map<Instant, double> out;
  for (std::size_t i = 0; i < samples.opens.size(); ++i) out[samples.opens[i]] = samples.labels[static_cast<Eigen::Index>(i)];
  return out;
}

double share_right(const std::vector<double>& said, const std::vector<double>& truth) {
  double right = 0, counted = 0;
  for (std::size_t i = 0; i < said.size(); ++i) {
    const double agreement = said[i] * truth[i];
    if (agreement != 0) ++counted, right += agreement > 0;
  }
  return counted > 0 ? right / counted : nan;
}

} // namespace

void add_truths(std::vector<WhatIfWindow>& windows, const WhatIfSettings& settings, const CandlesBySource& tape) {
  const auto& model = settings.model;
  const bool labels = model.output == ModelOutput::probability;
  if (labels && model.labels.labels.empty()) return;
  std::map<std::string, std::map<Instant, double>> known;
  for (auto& w : windows) {
    if (w.source.empty()) continue;
    const auto source = settings.candles.empty() ? w.source : std::string();
    if (!known.contains(source)) {
      auto candles = settings.candles;
      if (candles.empty())
        for (const auto& [opens, candle] : tape.at(source)) candles.push_back(candle);
      known[source] = moves_after(candles, model);
    }
    const auto it = known.at(source).find(w.candle);
    if (it == known.at(source).end()) continue;
    w.truth = it->second;
    w.truth_text = labels ? model.labels.labels[label_of(model.labels, it->second)]
                          : fmt::format("{}", model.output == ModelOutput::price ? w.close * std::exp(it->second) : it->second);
  }
}

WhatIfScore score_of(const std::vector<WhatIfWindow>& windows, const TriedModel& model) {
  std::vector<double> live, other, zero, truth, live_said, other_said;
  Instant first, last;
  const bool labels = model.output == ModelOutput::probability;
  const bool returns = model.output == ModelOutput::log_return || model.output == ModelOutput::price;
  for (const auto& w : windows) {
    if (!w.truth || w.live.empty() || w.other.empty()) continue;
    const double a = loss(w.live, w, model.output), b = loss(w.other, w, model.output);
    if (!std::isfinite(a) || !std::isfinite(b)) continue;
    if (live.empty()) first = last = w.candle;
    first = std::min(first, w.candle);
    last = std::max(last, w.candle);
    live.push_back(a);
    other.push_back(b);
    zero.push_back(*w.truth * *w.truth);
    truth.push_back(*w.truth);
    if (returns) live_said.push_back(as_move(w.live, w, model.output)), other_said.push_back(as_move(w.other, w, model.output));
  }
  WhatIfScore s{.windows = live.size()};
  s.live = s.other = s.zero = s.live_direction = s.other_direction = s.gain = nan;
  if (live.empty()) return s;
  const auto n = static_cast<Eigen::Index>(live.size());
  const Eigen::Map<const Eigen::VectorXd> a(live.data(), n), b(other.data(), n), z(zero.data(), n);
  const auto figure = [&](const auto& losses) { return labels ? losses.mean() : std::sqrt(losses.mean()); };
  s.independent =
    std::min(static_cast<double>(n), static_cast<double>(last.value - first.value) / static_cast<double>(model.horizon_ms) + 1);
  s.live = figure(a);
  s.other = figure(b);
  if (returns) {
    s.zero = figure(z);
    s.live_direction = share_right(live_said, truth);
    s.other_direction = share_right(other_said, truth);
  }
  if (!(s.live > 0)) return s;
  s.gain = 1 - s.other / s.live;
  const auto block = static_cast<Eigen::Index>(std::ceil(2 * static_cast<double>(n) / s.independent));
  if (static_cast<double>(n) < least_blocks * static_cast<double>(block)) return s;
  auto range = gain_range(b, a, {.block = block}); // of the mean losses
  if (!labels) range = {1 - std::sqrt(1 - range.low), 1 - std::sqrt(1 - range.high)};
  s.range = range;
  return s;
}

std::string claim_of(const WhatIfScore& s, const TriedModel& model) {
  if (s.windows == 0)
    return "nothing: no window that both answered has a known truth; --candles FILE brings the candles after the tape";
  const auto worth = fmt::format("{} window{} worth about {:.0f} independent {}", s.windows, s.windows == 1 ? "" : "s",
                                 s.independent, s.independent < 1.5 ? "one" : "ones");
  if (!std::isfinite(s.gain)) return fmt::format("nothing: the live model had no error in {}", worth);
  const auto percent = [](double x) { return fmt::format("{:+.1f} %", 100 * x); };
  if (!s.range) return fmt::format("nothing yet: {} are too few for an interval (gain {})", worth, percent(s.gain));
  const auto figures =
    fmt::format("gain {}, 95 % interval {} to {}, {}", percent(s.gain), percent(s.range->low), percent(s.range->high), worth);
  if (s.range->low > 0) return fmt::format("{} would have been better than the live model ({})", model.name, figures);
  if (s.range->high < 0) return fmt::format("{} would have been worse than the live model ({})", model.name, figures);
  return fmt::format("{} cannot be told from the live model ({})", model.name, figures);
}

} // namespace inferd
