// return_W_LAG, range_W_LAG, volume_W_LAG: returns, ranges and volumes of W candles that ended LAG candles ago.

#include "model/inputs/feature_set.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace inferd {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Delays a value by `lag` rows.
class Delay {
public:
  explicit Delay(std::size_t lag) : ring_(lag + 1, nan) {}
  double operator()(double x) {
    ring_[at_] = x;
    at_ = (at_ + 1) % ring_.size();
    return ring_[at_];
  }

private:
  std::vector<double> ring_;
  std::size_t at_{};
};

class Return : public FeatureColumn {
public:
  Return(std::size_t rows, std::size_t lag) : before_(rows), delay_(lag) {}
  void push(const Candle& c) override {
    const double now = std::log(c.close);
    value_ = delay_(now - before_(now));
  }
  double value() const override { return value_; }

private:
  Delay before_, delay_;
  double value_ = nan;
};

class LogRange : public FeatureColumn {
public:
  LogRange(std::size_t rows, std::size_t lag) : highs_(rows), lows_(rows), delay_(lag) {}
  void push(const Candle& c) override {
    highs_.push(c.high);
    lows_.push(c.low);
    value_ = delay_(highs_.full() ? std::log(highs_.fold().max / lows_.fold().min) : nan);
  }
  double value() const override { return value_; }

private:
  SlidingWindow<MinMax> highs_, lows_;
  Delay delay_;
  double value_ = nan;
};

class Volume : public FeatureColumn {
public:
  Volume(std::size_t rows, std::size_t lag) : sums_(rows), delay_(lag) {}
  void push(const Candle& c) override {
    sums_.push(c.volume);
    value_ = delay_(sums_.full() ? std::log1p(sums_.fold().sum) : nan);
  }
  double value() const override { return value_; }

private:
  SlidingWindow<Sum> sums_;
  Delay delay_;
  double value_ = nan;
};

template <class T> std::unique_ptr<FeatureColumn> make(const std::vector<std::int64_t>& p, const FeatureContext&) {
  return p[0] < 1 ? nullptr : std::make_unique<T>(static_cast<std::size_t>(p[0]), static_cast<std::size_t>(p[1]));
}

std::size_t rows(const std::vector<std::int64_t>& p) { return static_cast<std::size_t>(p[0] + p[1]) + 1; }

} // namespace

std::vector<FeatureFamily> lagged_features();
std::vector<FeatureFamily> lagged_features() {
  return {{"return",
           {"rows", "lag"},
           "ln C − ln C `rows` candles before, as it was `lag` candles ago",
           "log return",
           make<Return>,
           rows},
          {"range",
           {"rows", "lag"},
           "ln(highest high / lowest low) of `rows` candles, as it was `lag` candles ago",
           "log return",
           make<LogRange>,
           rows},
          {"volume",
           {"rows", "lag"},
           "ln(1 + sum of the volumes of `rows` candles), as it was `lag` candles ago",
           "log of the base currency",
           make<Volume>,
           rows}};
}

} // namespace inferd
