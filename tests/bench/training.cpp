// Cost of training and of one prediction on the real candles. Prints each figure with its bound, if any.
//   bench.training [CSV]

#include "model/model.hpp"
#include "model/training/trainer.hpp"

#include "model/inputs/features.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>

using namespace inferd;
using Clock = std::chrono::steady_clock;

namespace {

/// Sorted durations of `rounds` calls in milliseconds.
std::vector<double> timed(int rounds, const std::function<void()>& work) {
  std::vector<double> took;
  for (int i = 0; i < rounds; ++i) {
    const auto begin = Clock::now();
    work();
    took.push_back(std::chrono::duration<double, std::milli>(Clock::now() - begin).count());
  }
  std::ranges::sort(took);
  return took;
}

void print(const char* what, const std::vector<double>& took, double bound_ms = 0) {
  std::printf("%-52s p50 %9.4f ms   max %9.4f ms", what, took[took.size() / 2], took.back());
  if (bound_ms > 0) std::printf("   %.2f of %.0f ms", took.back() / bound_ms, bound_ms);
  std::printf("\n");
}

volatile double sink; ///< prevents dead-code elimination

} // namespace

int main(int argc, char** argv) {
  const char* csv = argc > 1 ? argv[1] : INFERD_SOURCE_DIR "/etc/data/btcusd-1h.csv";
  const auto candles = read_candles(csv);
  const auto samples = make_samples(candles.candles, 168);
  std::printf("%zu candles, %ld rows\n", candles.candles.size(), static_cast<long>(samples.rows()));

  print("read the file", timed(20, [&] { sink = read_candles(csv).candles.back().close; }));
  FeatureState state;
  print("features of all candles", timed(50, [&] {
          state = FeatureState{};
          for (const auto& c : candles.candles) state.push(c);
          sink = state.values()[9];
        }));
  print("features of one more candle", timed(20'000, [&] {
          state.push(candles.candles.back());
          sink = state.values()[9];
        }));

  std::array<bool, feature_count> all;
  all.fill(true);
  Moments moments(samples.features);
  print("moments of all rows", timed(50, [&] {
          moments = Moments(samples.features);
          moments.add(samples.features, samples.labels);
        }));
  print("one ridge fit from them", timed(2'000, [&] { sink = moments.ridge(all, 100).intercept; }));

  TrainSettings settings;
  settings.topic = 67;
  settings.symbol = "btcusd";
  settings.keep = "ridge, penalty 100";
  ModelFile file;
  print("training: features, walk-forward, choice, final fit", timed(20, [&] { file = train(candles, settings); }), 500);
  const Model model(file, "model.json");
  print("one prediction, as text", timed(20'000, [&] { sink = model.predict(state.values(), 1e5).front().value.front(); }));
}
