#include "model/scoring/realised.hpp"

#include "base/utc.hpp"

#include <algorithm>

namespace inferd {

CandleSpan realised_span(const RealisedTarget& t, Instant candle) {
  const Instant last{candle.value + t.horizon_ms};
  return {t.output == ModelOutput::volatility ? candle : last, {last.value + t.interval.ms}};
}

std::variant<double, std::string> realised(const RealisedTarget& t, Instant candle, double close,
                                           std::span<const Candle> candles) {
  const auto opens_at = [&](Instant when) {
    return std::find_if(candles.begin(), candles.end(), [&](const Candle& c) { return c.opens == when; });
  };
  const Instant end{candle.value + t.horizon_ms};
  const auto last = opens_at(end);
  if (last == candles.end()) return "there is no candle of " + utc_text(end);
  switch (t.output) {
    case ModelOutput::log_return: return std::log(last->close) - std::log(close);
    case ModelOutput::price: return last->close;
    case ModelOutput::probability: return std::string("labels have no truth in the candles");
    case ModelOutput::volatility: break;
  }
  const auto first = opens_at(candle);
  if (first == candles.end()) return "there is no candle of " + utc_text(candle);
  double sum = 0, squares = 0, n = 0;
  for (auto c = first + 1; c <= last; ++c, ++n) {
    const Instant expected{(c - 1)->opens.value + t.interval.ms};
    if (c->opens != expected) return "there is no candle of " + utc_text(expected);
    const double r = std::log(c->close / (c - 1)->close);
    sum += r;
    squares += t.estimator == VolatilityEstimator::garman_klass ? garman_klass(*c) : r * r;
  }
  if (t.estimator != VolatilityEstimator::sample_deviation) return std::sqrt(squares);
  if (n < 2) return std::string("a standard deviation needs two candles");
  return std::sqrt(n * std::max(0.0, squares - sum * sum / n) / (n - 1));
}

} // namespace inferd
