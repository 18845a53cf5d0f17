#include "actors/pipeline/feature_core.hpp"

#include <algorithm>

namespace inferd {

FeatureCore::FeatureCore(FeaturePolicy policy) : interval_(policy.feed.interval) {
  declared_.emplace_back(classic_features(), 0);
  for (auto& topic : policy.topics) {
    // The ten do not depend on the horizon.
    std::pair key{std::move(topic.names), topic.horizon};
    if (key.first == declared_.front().first) key.second = 0;
    auto it = std::find(declared_.begin(), declared_.end(), key);
    if (it == declared_.end()) it = declared_.insert(it, std::move(key));
    set_of_[topic.topic] = static_cast<std::size_t>(it - declared_.begin());
  }
}

FeatureCore::Series FeatureCore::empty_series() const {
  Series series;
  for (const auto& [names, horizon] : declared_) series.sets.emplace_back(names, FeatureContext{interval_, horizon});
  return series;
}

FeatureCore::Effects FeatureCore::on(const CandlesFetched& fetched) {
  if (fetched.reset) series_.insert_or_assign(fetched.source, empty_series());
  const auto it = series_.find(fetched.source);
  if (it == series_.end()) return {};
  auto& [sets, rows, newest] = it->second;
  for (const auto& candle : fetched.candles) {
    if (rows > 0 && candle.opens <= newest.opens) continue; // seen already
    for (auto& set : sets) set.push(candle);
    ++rows;
    newest = candle;
  }
  Effects effects;
  for (const auto& window : fetched.windows) {
    if (rows == 0) {
      effects.push_back(WindowSkipped{window.topic, window.nonce, "no candles to compute features from"});
      continue;
    }
    const auto known = set_of_.find(window.topic);
    const auto values = sets[known == set_of_.end() ? 0 : known->second].values();
    // Undefined features are NaN. The predictor decides whether the model needs them: a constant model does not.
    effects.push_back(FeaturesComputed{
      window.topic, window.nonce, window.closes, fetched.source, newest.opens, newest.close, {values.begin(), values.end()}});
  }
  return effects;
}

} // namespace inferd
