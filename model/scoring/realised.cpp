#include "model/scoring/realised.hpp"

#include "base/utc.hpp"
#include "messages/limits.hpp"

#include <algorithm>

namespace inferd {

CandleSpan realised_span(const RealisedTarget& t, Instant candle) {
  const Instant last{candle.value + t.horizon_ms};
  return {t.output == ModelOutput::volatility ? candle : last, {last.value + t.interval.ms}};
}

namespace {

auto opened_at(std::span<const Candle> candles, Instant when) {
  return std::find_if(candles.begin(), candles.end(), [&](const Candle& c) { return c.opens == when; });
}

/// Over the horizon behind the candle that opens at `start`.
std::variant<double, std::string> volatility_from(const RealisedTarget& t, Instant start, std::span<const Candle> candles) {
  const auto first = opened_at(candles, start);
  if (first == candles.end()) return "there is no candle of " + utc_text(start);
  const auto last = opened_at(candles, {start.value + t.horizon_ms});
  if (last == candles.end()) return "there is no candle of " + utc_text({start.value + t.horizon_ms});
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

} // namespace

std::variant<double, std::string> realised(const RealisedTarget& t, Instant candle, double close,
                                           std::span<const Candle> candles) {
  if (t.output == ModelOutput::probability) return std::string("labels have no truth in the candles");
  if (t.output == ModelOutput::volatility) return volatility_from(t, candle, candles);
  const Instant end{candle.value + t.horizon_ms};
  const auto last = opened_at(candles, end);
  if (last == candles.end()) return "there is no candle of " + utc_text(end);
  return t.output == ModelOutput::price ? last->close : std::log(last->close) - std::log(close);
}

Instant past_since(const RealisedTarget& t, Instant candle) {
  const auto both = static_cast<std::size_t>(2 * t.horizon_ms / t.interval.ms + 1);
  const bool useful = t.output == ModelOutput::volatility && both <= limits::cached_candles;
  return useful ? Instant{candle.value - t.horizon_ms} : realised_span(t, candle).since;
}

std::optional<double> realised_past(const RealisedTarget& t, Instant candle, std::span<const Candle> candles) {
  if (t.output != ModelOutput::volatility) return {};
  const auto past = volatility_from(t, {candle.value - t.horizon_ms}, candles);
  const auto* value = std::get_if<double>(&past);
  return value ? std::optional(*value) : std::nullopt;
}

} // namespace inferd
