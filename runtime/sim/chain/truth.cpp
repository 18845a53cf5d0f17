#include "runtime/sim/chain/truth.hpp"

#include <algorithm>
#include <cmath>
#include <memory>

namespace inferd::sim {

namespace {

constexpr std::int64_t hour = 3'600'000;

/// The last close at `at`; nothing if no candle has closed by then or the newest closed an hour or more before.
std::optional<double> close_at(const std::vector<Candle>& candles, std::int64_t at) {
  const auto later =
    std::partition_point(candles.begin(), candles.end(), [&](const Candle& c) { return c.opens.value + hour <= at; });
  if (later == candles.begin()) return {};
  const auto& candle = *std::prev(later);
  if (at - candle.opens.value >= 2 * hour) return {};
  return candle.close;
}

} // namespace

decltype(ChainSettings::truth) truth_from(std::vector<Candle> candles, std::int64_t horizon_hours, double flat) {
  const auto kept = std::make_shared<const std::vector<Candle>>(std::move(candles));
  return [kept, horizon_hours, flat](const TopicSettings&, Instant opened) -> std::optional<Truth> {
    const auto then = close_at(*kept, opened.value), later = close_at(*kept, opened.value + horizon_hours * hour);
    if (!then || !later || *then <= 0 || *later <= 0) return {};
    const auto value = std::log(*later / *then);
    return Truth{value, value > flat ? "up" : value < -flat ? "down" : "flat"};
  };
}

} // namespace inferd::sim
