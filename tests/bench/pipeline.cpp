// From a candle to signed transaction bytes, without I/O: features, prediction, encoding, two signatures. Prints microseconds:
// p50, p99, maximum.

#include "actors/pipeline/feature_core.hpp"
#include "actors/pipeline/predictor_core.hpp"
#include "model/inputs/candles_csv.hpp"
#include "model/training/trainer.hpp"
#include "tests/support/test_keys.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

using namespace inferd;

int main() {
  const auto history = read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1h.csv");
  TrainSettings settings{.topic = 1, .symbol = "btcusd"};
  settings.keep = "ridge-100"; // a model with all features, if there is a candidate of that name
  std::shared_ptr<const Model> model;
  try {
    model = std::make_shared<Model>(train(history, settings), "bench.json");
  } catch (const std::exception&) {
    settings.keep.clear();
    model = std::make_shared<Model>(train(history, settings), "bench.json");
  }
  const auto signer = test::signer();
  FeatureCore feature;
  PredictorCore predictor({TopicId{1}, model});
  TopicArrived rules{};
  rules.topic = TopicId{1};
  predictor.on(rules);

  std::vector<double> micros;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < history.candles.size(); ++i) {
    const auto height = static_cast<std::int64_t>(i);
    const CandlesFetched one{"csv", i == 0, {history.candles[i]}, {{TopicId{1}, Height{height}, Height{height + 15}}}};
    const auto begin = std::chrono::steady_clock::now();
    for (const auto& f : feature.on(one)) {
      const auto* computed = std::get_if<FeaturesComputed>(&f);
      if (!computed) continue;
      for (const auto& p : predictor.on(*computed)) {
        const auto* predicted = std::get_if<Predicted>(&p);
        if (!predicted) continue;
        const auto signed_tx = signer->sign_payload({"localnet", "v10", 2, Sequence{i}, Gas{200'000}, Uallo{300'000},
                                                     predicted->closes, predicted->topic, predicted->nonce, predicted->values});
        if (const auto* tx = std::get_if<SignedTx>(&signed_tx)) {
          bytes += tx->tx.base64.size();
          micros.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count());
        }
      }
    }
  }
  if (micros.empty()) return std::fputs("no transaction was signed\n", stderr), 1;
  std::sort(micros.begin(), micros.end());
  const auto at = [&](double q) { return micros[static_cast<std::size_t>(q * (micros.size() - 1))]; };
  std::printf("candle to signed bytes: n=%zu p50=%.0f us p99=%.0f us max=%.0f us (model %s)\n", micros.size(), at(0.5),
              at(0.99), micros.back(), model->name().c_str());
}
