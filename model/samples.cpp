#include "model/samples.hpp"

#include "base/utc.hpp"

#include <cassert>
#include <cmath>

namespace inferd {

Samples make_samples(std::span<const Candle> candles, std::int64_t horizon_hours) {
  assert(horizon_hours > 0);
  Samples s;
  s.horizon_hours = horizon_hours;
  s.features.resize(static_cast<Eigen::Index>(candles.size()), feature_count);
  s.labels.resize(static_cast<Eigen::Index>(candles.size()));

  FeatureState state;
  Eigen::Index row = 0;
  std::size_t later = 0;
  for (const auto& candle : candles) {
    state.push(candle);
    const auto target = candle.opens.value + horizon_hours * ms_per_hour;
    while (later < candles.size() && candles[later].opens.value < target) ++later;
    if (later == candles.size()) break;
    if (!state.ready() || candles[later].opens.value != target) continue;
    s.features.row(row) = Eigen::Map<const Eigen::Matrix<double, 1, feature_count>>(state.values().data());
    s.labels[row] = std::log(candles[later].close) - std::log(candle.close);
    s.opens.push_back(candle.opens);
    ++row;
  }
  s.features.conservativeResize(row, Eigen::NoChange);
  s.labels.conservativeResize(row);
  return s;
}

} // namespace inferd
