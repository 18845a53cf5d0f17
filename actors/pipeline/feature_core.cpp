#include "actors/pipeline/feature_core.hpp"

namespace inferd {

FeatureCore::Effects FeatureCore::on(const CandlesFetched& fetched) {
  if (fetched.afresh) state_ = FeatureState{};
  else if (state_.rows() == 0) return {};
  for (const auto& candle : fetched.candles) {
    if (state_.rows() > 0 && candle.opens <= newest_.opens) continue; // seen already
    state_.push(candle);
    newest_ = candle;
  }
  if (state_.rows() == 0) return {WindowSkipped{fetched.topic, fetched.nonce, "no candles to compute features from"}};
  // Undefined features are NaN; whether that matters is the predictor's to say: a constant model needs none.
  return {FeaturesComputed{fetched.topic,
                           fetched.nonce,
                           fetched.closes,
                           fetched.source,
                           newest_.opens,
                           newest_.close,
                           {state_.values().begin(), state_.values().end()}}};
}

} // namespace inferd
