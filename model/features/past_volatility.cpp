// vol_gk_W, vol_r2_W, vol_std_W: the past volatility, scaled to the horizon.

#include "model/inputs/feature_set.hpp"
#include "model/inputs/volatility.hpp"

namespace inferd {
namespace {

class PastVolatilityFeature : public FeatureColumn {
public:
  explicit PastVolatilityFeature(PastVolatility past) : past_(std::move(past)) {}
  void push(const Candle& c) override { past_.push(c); }
  double value() const override { return past_.value(); }

private:
  PastVolatility past_;
};

template <VolatilityEstimator estimator>
std::unique_ptr<FeatureColumn> make(const std::vector<std::int64_t>& p, const FeatureContext& context) {
  if (p[0] < (estimator == VolatilityEstimator::sample_deviation ? 2 : 1) || context.horizon < 1) return nullptr;
  return std::make_unique<PastVolatilityFeature>(PastVolatility(estimator, static_cast<std::size_t>(p[0]), context.horizon));
}

std::size_t rows(const std::vector<std::int64_t>& p) { return static_cast<std::size_t>(p[0]) + 1; }

} // namespace

std::vector<FeatureFamily> past_volatility_features();
std::vector<FeatureFamily> past_volatility_features() {
  using E = VolatilityEstimator;
  return {{"vol_gk",
           {"rows"},
           "sqrt(horizon · mean of g over the last `rows` candles), g as in gk",
           "per horizon",
           make<E::garman_klass>,
           rows},
          {"vol_r2",
           {"rows"},
           "sqrt(horizon · mean of r² over the last `rows` candles), r = log return of closes",
           "per horizon",
           make<E::squared_returns>,
           rows},
          {"vol_std",
           {"rows"},
           "sqrt(horizon) · sample standard deviation (n − 1) of the last `rows` log returns of closes",
           "per horizon",
           make<E::sample_deviation>,
           rows}};
}

} // namespace inferd
