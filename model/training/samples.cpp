#include "model/training/samples.hpp"

#include "model/ridge5.hpp"
#include "model/inputs/joint_features.hpp"

#include <cassert>
#include <cmath>

namespace inferd {
namespace {

/// Volatility of the candles (first, last], by index.
class Labels {
public:
  Labels(std::span<const Candle> candles, VolatilityEstimator estimator) : estimator_(estimator) {
    sums_.reserve(candles.size() + 1);
    squares_.reserve(candles.size() + 1);
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < candles.size(); ++i) {
      sums_.push_back(sum);
      squares_.push_back(squares);
      const double r = i == 0 ? 0 : std::log(candles[i].close / candles[i - 1].close);
      sum += r;
      squares += estimator == VolatilityEstimator::garman_klass ? garman_klass(candles[i]) : r * r;
    }
    sums_.push_back(sum);
    squares_.push_back(squares);
  }

  double between(std::size_t first, std::size_t last, std::int64_t horizon) const {
    const double squares = squares_[last + 1] - squares_[first + 1];
    if (estimator_ != VolatilityEstimator::sample_deviation) return std::sqrt(squares);
    const double sum = sums_[last + 1] - sums_[first + 1], n = static_cast<double>(last - first);
    if (n < 2) return std::numeric_limits<double>::quiet_NaN();
    return std::sqrt(static_cast<double>(horizon) * std::max(0.0, squares - sum * sum / n) / (n - 1));
  }

private:
  VolatilityEstimator estimator_;
  std::vector<double> sums_, squares_; ///< of the returns, and of the variances, before each candle
};

} // namespace

Samples make_samples(std::span<const Candle> candles, const SampleSpec& spec) { return make_samples(candles, {}, spec); }

Samples make_samples(std::span<const Candle> candles, const OtherCandles& others, const SampleSpec& spec) {
  assert(spec.context.horizon > 0);
  Samples s;
  s.interval = spec.context.interval;
  s.horizon = spec.context.horizon;
  JointFeatures set(spec.features, spec.context);
  FollowedSeries others_until(others, spec.context.interval);
  const auto columns = static_cast<Eigen::Index>(spec.features.size());
  s.features.resize(static_cast<Eigen::Index>(candles.size()), columns);
  s.labels.resize(static_cast<Eigen::Index>(candles.size()));
  std::optional<Labels> volatility;
  if (spec.volatility) volatility.emplace(candles, *spec.volatility);

  Eigen::Index row = 0;
  std::size_t later = 0;
  for (std::size_t i = 0; i < candles.size(); ++i) {
    const auto& candle = candles[i];
    others_until.push(candle.opens, set);
    set.push(candle);
    const auto target = candle.opens.value + s.horizon_ms();
    while (later < candles.size() && candles[later].opens.value < target) ++later;
    if (later == candles.size()) break;
    if (i < spec.warm_up || candles[later].opens.value != target) continue;
    const Eigen::Map<const Eigen::RowVectorXd> values(set.values().data(), columns);
    const double label =
      volatility ? volatility->between(i, later, s.horizon) : std::log(candles[later].close) - std::log(candle.close);
    if (!values.allFinite() || !std::isfinite(label)) continue;
    s.features.row(row) = values;
    s.labels[row] = label;
    s.opens.push_back(candle.opens);
    ++row;
  }
  s.features.conservativeResize(row, Eigen::NoChange);
  s.labels.conservativeResize(row);
  return s;
}

Samples make_samples(std::span<const Candle> candles, std::int64_t horizon, Interval interval) {
  const FeatureContext context{interval, horizon};
  if (!offers_ridge5(context)) return make_samples(candles, SampleSpec{classic_features(), context, 0, {}});
  auto s = make_samples(candles, SampleSpec{classic_features(), context, ridge5_warm_up, {}});
  s.ridge5 = make_samples(candles, SampleSpec{ridge5_features(), context, ridge5_warm_up, {}}).features;
  assert(s.ridge5.rows() == s.rows()); // both sets are defined before the warm-up ends
  return s;
}

} // namespace inferd
