#pragma once
// Candle series and model files for tests.

#include "model/inputs/candles_csv.hpp"
#include "model/model_file.hpp"
#include "model/training/trainer.hpp"
#include "base/utc.hpp"

#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace inferd::test {

inline constexpr std::int64_t new_year = 1'704'067'200'000; ///< 2024-01-01

/// Standard normal variates by Box-Muller, identical on every platform.
class Normal {
public:
  explicit Normal(std::uint64_t seed) : random_(seed) {}
  double operator()() {
    const double u = (static_cast<double>(random_() >> 11) + 1) / 9007199254740993.0;
    const double v = static_cast<double>(random_() >> 11) / 9007199254740992.0;
    return std::sqrt(-2 * std::log(u)) * std::cos(2 * M_PI * v);
  }

private:
  std::mt19937_64 random_;
};

/// Hourly candles whose four prices are equal.
inline std::vector<Candle> candles_of(const std::vector<double>& closes) {
  std::vector<Candle> out;
  for (const double p : closes)
    out.push_back({Instant{new_year + static_cast<std::int64_t>(out.size()) * ms_per_hour}, p, p, p, p, 1});
  return out;
}

/// Random walk: independent normal hourly log returns.
inline std::vector<Candle> random_walk(std::uint64_t seed, std::size_t hours, double deviation = 0.006, double start = 40'000) {
  Normal normal(seed);
  std::vector<double> closes;
  for (double log = std::log(start); closes.size() < hours; log += deviation * normal()) closes.push_back(std::exp(log));
  return candles_of(closes);
}

/// A price reverting to a slowly moving level, predictable from position and average features.
inline std::vector<Candle> mean_reverting(std::uint64_t seed, std::size_t hours) {
  Normal normal(seed);
  std::vector<double> closes;
  for (double log = 10, level = 10; closes.size() < hours;) {
    closes.push_back(std::exp(log));
    log += 0.02 * (level - log) + 0.006 * normal();
    level += 0.002 * normal();
  }
  return candles_of(closes);
}

inline CandleFile real_candles() { return read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1h.csv"); }

/// The candles of a longer interval, those that are whole.
inline std::vector<Candle> aggregated(const std::vector<Candle>& candles, Interval from, Interval to) {
  std::vector<Candle> out;
  std::int64_t parts = 0;
  for (const auto& c : candles) {
    const Instant opens{c.opens.value - c.opens.value % to.ms};
    if (out.empty() || out.back().opens != opens) {
      if (!out.empty() && parts < to.ms / from.ms) out.pop_back();
      out.push_back(c);
      out.back().opens = opens;
      parts = 1;
      continue;
    }
    auto& sum = out.back();
    sum.high = std::max(sum.high, c.high);
    sum.low = std::min(sum.low, c.low);
    sum.close = c.close;
    sum.volume += c.volume;
    ++parts;
  }
  if (!out.empty() && parts < to.ms / from.ms) out.pop_back();
  return out;
}

inline TrainSettings week_ahead() {
  TrainSettings s;
  s.topic = 67;
  s.symbol = "btcusd";
  return s;
}

/// A valid model of two features.
inline ModelFile linear_file() {
  ModelFile f;
  f.topic = 67;
  f.symbol = "btcusd";
  f.horizon = "168h";
  f.kind = ModelKind::linear;
  f.features = {"ret_24h", "vol_24h"};
  f.intercept = 0.001;
  f.linear = {{"ret_24h", 0.0005, 0.02, 0.003}, {"vol_24h", 0.006, 0.002, -0.1}};
  f.plausible = {-0.4, 0.4, "six standard deviations of the training labels"};
  f.chosen = "ridge";
  f.why = "a test";
  return f;
}

/// A valid model of labels.
inline ModelFile labels_file() {
  ModelFile f;
  f.topic = 68;
  f.symbol = "btcusd";
  f.horizon = "168h";
  f.output = ModelOutput::probability;
  f.kind = ModelKind::labels;
  f.labels = {{"down", 0.25}, {"flat", 0.5}, {"up", 0.25}};
  f.edges = {-0.02, 0.02};
  f.plausible = {0, 1, "a probability"};
  return f;
}

/// The message of the `Error` thrown; "no error" if there is none.
template <class Error, class F> std::string error_of(F&& throwing) {
  try {
    throwing();
  } catch (const Error& e) {
    return e.what();
  }
  return "no error";
}

} // namespace inferd::test
