// gk_W: the log of the mean Garman-Klass variance of the last W candles, the input of HAR7S and HARM.

#include "model/inputs/feature_set.hpp"
#include "model/inputs/volatility.hpp"

namespace inferd {
namespace {

class RangeVariance : public FeatureColumn {
public:
  RangeVariance(std::size_t rows, double floor) : rows_(static_cast<double>(rows)), floor_(floor), window_(rows) {}
  void push(const Candle& c) override { window_.push(garman_klass(c)); }
  double value() const override {
    return window_.full() ? std::log(window_.fold().sum / rows_ + floor_) : std::numeric_limits<double>::quiet_NaN();
  }

private:
  double rows_, floor_;
  SlidingWindow<Sum> window_;
};

} // namespace

std::vector<FeatureFamily> range_variance_features();
std::vector<FeatureFamily> range_variance_features() {
  return {{"gk",
           {"rows"},
           "ln(mean of g over the last `rows` candles + f), g = max(0, ln(H/L)²/2 − (2 ln 2 − 1) ln(C/O)²), f = 1e-12 for "
           "candles below one hour, else 1e-10",
           "log variance per candle",
           [](const std::vector<std::int64_t>& p, const FeatureContext& context) -> std::unique_ptr<FeatureColumn> {
             if (p[0] < 1) return nullptr;
             return std::make_unique<RangeVariance>(static_cast<std::size_t>(p[0]),
                                                    context.interval < one_hour ? 1e-12 : 1e-10);
           },
           [](const std::vector<std::int64_t>& p) { return static_cast<std::size_t>(p[0]); }}};
}

} // namespace inferd
