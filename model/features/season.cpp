// cos_P_K, sin_P_K: the phase of the coming candles within a period, averaged over the horizon.

#include "model/inputs/feature_set.hpp"

#include <cmath>
#include <limits>

namespace inferd {
namespace {

/// The mean over j = 1 … h of e^{iθ(T + j)} is e^{iθ(T + (h + 1) / 2)} sin(hθ/2) / (h sin(θ/2)), Dirichlet's kernel.
class Season : public FeatureColumn {
public:
  Season(std::int64_t period, std::int64_t harmonic, const FeatureContext& context, bool sine)
    : period_(period), interval_(context.interval.ms),
      step_(2 * M_PI * static_cast<double>(harmonic) / static_cast<double>(period)),
      ahead_(static_cast<double>(context.horizon + 1) / 2), sine_(sine) {
    const auto h = static_cast<double>(context.horizon);
    size_ = std::sin(h * step_ / 2) / (h * std::sin(step_ / 2));
  }
  void push(const Candle& c) override {
    const auto phase = static_cast<double>(c.opens.value / interval_ % period_) + ahead_;
    value_ = size_ * (sine_ ? std::sin(step_ * phase) : std::cos(step_ * phase));
  }
  double value() const override { return value_; }

private:
  std::int64_t period_, interval_;
  double step_, ahead_;
  bool sine_;
  double size_{}, value_ = std::numeric_limits<double>::quiet_NaN();
};

template <bool sine> std::unique_ptr<FeatureColumn> make(const std::vector<std::int64_t>& p, const FeatureContext& context) {
  // Above half of the period a harmonic repeats a lower one; over a whole period its mean is a constant.
  if (p[0] < 2 || p[1] < 1 || 2 * p[1] > p[0] || context.horizon < 1 || context.horizon >= p[0]) return nullptr;
  return std::make_unique<Season>(p[0], p[1], context, sine);
}

std::size_t rows(const std::vector<std::int64_t>&) { return 1; }

} // namespace

std::vector<FeatureFamily> season_features();
std::vector<FeatureFamily> season_features() {
  const std::string formula =
    "mean over the coming candles j = 1 … horizon of {}(2π k ((T + j) mod P) / P), T = opening in candles since 1970, k = "
    "`harmonic` up to P/2, P = `period` in candles, longer than the horizon";
  const auto of = [&](const char* name) {
    auto text = formula;
    return text.replace(text.find("{}"), 2, name);
  };
  return {{"cos", {"period", "harmonic"}, of("cos"), "none, −1 to 1", make<false>, rows},
          {"sin", {"period", "harmonic"}, of("sin"), "none, −1 to 1", make<true>, rows}};
}

} // namespace inferd
