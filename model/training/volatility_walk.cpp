#include "model/training/volatility_walk.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace inferd {
namespace {

using Eigen::Index;

/// Least squares of y on x from running sums, centred on the first pair.
class Regression {
public:
  void add(double x, double y) {
    if (n_ == 0) x0_ = x, y0_ = y;
    x -= x0_, y -= y0_;
    ++n_;
    x_ += x, y_ += y, xx_ += x * x, xy_ += x * y;
  }
  Line line(double least, double most) const {
    if (n_ == 0) return {};
    const double spread = xx_ - x_ * x_ / n_;
    const double slope = spread > 0 ? std::clamp((xy_ - x_ * y_ / n_) / spread, least, most) : 0;
    return {y0_ + y_ / n_ - slope * (x0_ + x_ / n_), slope};
  }

private:
  double n_{}, x0_{}, y0_{}, x_{}, y_{}, xx_{}, xy_{};
};

/// Fits growing ranges of rows.
class Fitter {
public:
  Fitter(const Samples& s, Index typical)
    : s_(s), inputs_(s.features.cols() - 2), har_(s.features.topRows(typical).leftCols(inputs_)) {}

  VolatilityFit on(Index known) {
    FeatureRows rows(known - known_, inputs_);
    Eigen::VectorXd logs(known - known_);
    Index count = 0;
    for (Index i = known_; i < known; ++i) {
      const double v = s_.labels[i], p = s_.features(i, inputs_ + 1);
      sum_ += v;
      reversion_.add(s_.features(i, inputs_), v);
      if (v > 0 && p > 0) change_.add(std::log(p), std::log(v / p));
      if (!(v > 0)) continue;
      rows.row(count) = s_.features.row(i).head(inputs_);
      logs[count++] = std::log(v);
    }
    har_.add(rows.topRows(count), logs.head(count));
    known_ = known;

    VolatilityFit fit;
    fit.mean = sum_ / static_cast<double>(known);
    fit.reversion = reversion_.line(0, 1);
    constexpr double any = std::numeric_limits<double>::infinity();
    fit.change = change_.line(-any, any);
    if (har_.rows() == 0) return fit; // the price never moved
    fit.har = har_.ridge(1);
    const Eigen::ArrayXd e = fit.har.predict(s_.features.topRows(known).leftCols(inputs_)).array().exp();
    const auto v = s_.labels.head(known).array();
    fit.factor = (v * e).sum() / (v > 0).select(e.square(), 0.0).sum();
    return fit;
  }

  void predict(const VolatilityFit& fit, Index begin, Index end, Index first, VolatilityWalk& out) const {
    const auto rows = s_.features.middleRows(begin, end - begin);
    auto to = out.predictions.middleRows(begin - first, end - begin);
    to.col(0) = fit.reversion.intercept + fit.reversion.slope * rows.col(inputs_).array();
    to.col(1).setConstant(fit.mean);
    to.col(2) = rows.col(inputs_ + 1);
    to.col(3) = fit.factor * fit.har.predict(rows.leftCols(inputs_)).array().exp();
    out.change.segment(begin - first, end - begin) =
      fit.change.intercept + fit.change.slope * rows.col(inputs_ + 1).array().log();
  }

private:
  const Samples& s_;
  Index inputs_, known_{};
  Moments har_;
  Regression reversion_, change_;
  double sum_{};
};

} // namespace

std::vector<std::string> har_features(const IntervalRules& rules, std::int64_t horizon) {
  std::vector<std::string> names;
  for (const auto w : rules.windows) names.push_back(fmt::format("gk_{}", w));
  for (const auto period : rules.periods)
    for (int k = 1; k <= 3 && horizon < period; ++k) {
      names.push_back(fmt::format("cos_{}_{}", period, k));
      names.push_back(fmt::format("sin_{}_{}", period, k));
    }
  return names;
}

std::string past_feature(VolatilityEstimator estimator, std::int64_t rows) {
  return fmt::format("vol_{}_{}", estimator_name(estimator), rows);
}

Samples volatility_samples(std::span<const Candle> candles, const IntervalRules& rules, VolatilityEstimator estimator,
                           std::int64_t horizon) {
  const auto lookback = rules.lookback(horizon);
  SampleSpec spec{har_features(rules, horizon), {rules.interval, horizon}, static_cast<std::size_t>(rules.warm_up), estimator};
  spec.warm_up = std::max(spec.warm_up, static_cast<std::size_t>(lookback + 1));
  spec.features.push_back(past_feature(estimator, lookback));
  spec.features.push_back(past_feature(estimator, horizon));
  return make_samples(candles, spec);
}

VolatilityWalk volatility_walk(const Samples& s, const WalkForwardPlan& plan, const Progress& progress) {
  const auto blocks = walk_blocks(s, plan);
  VolatilityWalk out;
  out.first = blocks.front().begin;
  out.predictions.resize(s.rows() - out.first, volatility_candidates);
  out.change.resize(s.rows() - out.first);
  Fitter fitter(s, blocks.front().known);
  for (const auto& [known, begin, end] : blocks) {
    fitter.predict(fitter.on(known), begin, end, out.first, out);
    if (progress) progress(static_cast<double>(end - out.first) / static_cast<double>(s.rows() - out.first));
  }
  out.final_fit = fitter.on(s.rows());
  return out;
}

Eigen::VectorXd on_network_scale(const Eigen::Ref<const Eigen::VectorXd>& x, const Eigen::Ref<const Eigen::VectorXd>& truth,
                                 const Eigen::Ref<const Eigen::VectorXd>& persistence,
                                 const Eigen::Ref<const Eigen::VectorXd>& change) {
  Eigen::VectorXd out(x.size());
  Index count = 0;
  for (Index i = 0; i < x.size(); ++i)
    if (x[i] > 0 && truth[i] > 0 && persistence[i] > 0) out[count++] = std::log(x[i] / persistence[i]) - change[i];
  out.conservativeResize(count);
  return out;
}

double qlike(const Eigen::Ref<const Eigen::VectorXd>& truth, const Eigen::Ref<const Eigen::VectorXd>& prediction) {
  double sum = 0, n = 0;
  for (Index i = 0; i < truth.size(); ++i) {
    if (!(truth[i] > 0)) continue;
    const double ratio = truth[i] / prediction[i];
    sum += ratio * ratio - std::log(ratio * ratio) - 1;
    ++n;
  }
  return n > 0 ? sum / n : std::numeric_limits<double>::quiet_NaN();
}

} // namespace inferd
