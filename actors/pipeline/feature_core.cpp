#include "actors/pipeline/feature_core.hpp"

namespace inferd {

FeatureCore::Effects FeatureCore::on(const CandlesFetched& fetched) {
  if (fetched.reset) series_[fetched.source] = Series{};
  const auto it = series_.find(fetched.source);
  if (it == series_.end()) return {};
  auto& [features, newest] = it->second;
  for (const auto& candle : fetched.candles) {
    if (features.rows() > 0 && candle.opens <= newest.opens) continue; // seen already
    features.push(candle);
    newest = candle;
  }
  Effects effects;
  for (const auto& window : fetched.windows) {
    if (features.rows() == 0) {
      effects.push_back(WindowSkipped{window.topic, window.nonce, "no candles to compute features from"});
      continue;
    }
    // Undefined features are NaN. The predictor decides whether the model needs them: a constant model does not.
    effects.push_back(FeaturesComputed{window.topic,
                                       window.nonce,
                                       window.closes,
                                       fetched.source,
                                       newest.opens,
                                       newest.close,
                                       {features.values().begin(), features.values().end()}});
  }
  return effects;
}

} // namespace inferd
