#include "actors/pipeline/feature_core.hpp"

#include "base/duration.hpp"
#include "base/utc.hpp"
#include "model/inputs/joint_features.hpp"

#include <algorithm>
#include <set>

namespace inferd {
namespace {

constexpr std::size_t recent_rows = 2; ///< sources publish a candle some seconds apart

} // namespace

std::string joined_series(const std::string& source, const FeedId& own) {
  const auto space = source.find(' '), slash = source.find('/');
  if (space == source.npos || slash >= space) return {};
  const auto interval = parse_duration(source.substr(slash + 1, space - slash - 1));
  if (!interval) return {};
  const FeedId feed{source.substr(0, slash), {*interval}};
  return source.substr(0, space) == feed_name(feed) ? series_name(feed, own) : std::string();
}

FeatureCore::Declared FeatureCore::declare(std::vector<std::string> names, std::int64_t horizon) {
  Declared d{.names = std::move(names), .horizon = horizon, .parts = {}, .layout = {}};
  d.parts[""];
  for (const auto& name : d.names) {
    auto [series, feature] = split_series_of(name);
    auto& part = d.parts[series];
    d.layout.emplace_back(series, part.size());
    part.push_back(std::move(feature));
  }
  return d;
}

FeatureCore::FeatureCore(FeaturePolicy policy) : feed_(policy.feed) {
  declared_.push_back(declare(classic_features(), 0));
  for (auto& topic : policy.topics) {
    // The ten do not depend on the horizon.
    const auto horizon = topic.names == declared_.front().names ? 0 : topic.horizon;
    auto it = std::find_if(declared_.begin(), declared_.end(),
                           [&](const Declared& d) { return d.names == topic.names && d.horizon == horizon; });
    if (it == declared_.end()) it = declared_.insert(it, declare(std::move(topic.names), horizon));
    any_joint_ = any_joint_ || it->joint();
    set_of_[topic.topic] = static_cast<std::size_t>(it - declared_.begin());
  }
}

FeatureCore::Effects FeatureCore::start() const {
  std::set<std::string> series;
  for (const auto& d : declared_)
    for (const auto& [name, names] : d.parts)
      if (!name.empty()) series.insert(name);
  Effects effects;
  for (const auto& name : series) effects.push_back(AskSeries{feed_of_series(name, feed_)});
  return effects;
}

FeatureCore::Series FeatureCore::empty_series(const std::string& name) const {
  Series series{.interval = feed_of_series(name, feed_).interval};
  for (const auto& d : declared_) {
    const auto part = d.parts.find(name);
    series.sets.emplace_back(part == d.parts.end() ? std::vector<std::string>{} : part->second,
                             context_in(series.interval, {feed_.interval, d.horizon}));
  }
  return series;
}

std::size_t FeatureCore::set_of(TopicId topic) const {
  const auto known = set_of_.find(topic);
  return known == set_of_.end() ? 0 : known->second;
}

FeatureCore::Effects FeatureCore::on(const CandlesFetched& fetched) {
  const auto name = joined_series(fetched.source, feed_);
  if (fetched.reset) series_.insert_or_assign(fetched.source, empty_series(name));
  const auto it = series_.find(fetched.source);
  if (it == series_.end()) return {};
  auto& [interval, sets, rows, newest, recent] = it->second;
  for (const auto& candle : fetched.candles) {
    if (rows > 0 && candle.opens <= newest.opens) continue; // seen already
    for (auto& set : sets) set.push(candle);
    ++rows;
    newest = candle;
    const bool ends_with_own = interval >= feed_.interval || (candle.opens.value + interval.ms) % feed_.interval.ms == 0;
    if (!any_joint_ || !ends_with_own) continue;
    auto& row = recent.emplace_front(Row{candle.opens, candle.close, {}});
    for (const auto& set : sets) row.values.emplace_back(set.values().begin(), set.values().end());
    if (recent.size() > recent_rows) recent.pop_back();
  }
  Effects effects;
  for (const auto& window : fetched.windows) {
    const auto set = set_of(window.topic);
    if (declared_[set].joint()) {
      auto& waiting = waiting_[window.topic];
      if (window.nonce < waiting.window.nonce) continue;
      if (waiting.window.nonce < window.nonce) waiting = {window, {}};
      waiting.sources[name] = fetched.source;
      if (waiting.sources.size() < declared_[set].parts.size()) continue;
      effects.push_back(answer(waiting, set));
      waiting_.erase(window.topic);
      continue;
    }
    if (rows == 0) {
      effects.push_back(WindowSkipped{window.topic, window.nonce, "no candles to compute features from"});
      continue;
    }
    const auto values = sets[set].values();
    // Undefined features are NaN. The predictor decides whether the model needs them: a constant model does not.
    effects.push_back(FeaturesComputed{
      window.topic, window.nonce, window.closes, fetched.source, newest.opens, newest.close, {values.begin(), values.end()}});
  }
  return effects;
}

FeatureCore::Effect FeatureCore::answer(const Waiting& waiting, std::size_t set) const {
  const auto& window = waiting.window;
  const auto& own = series_.at(waiting.sources.at(""));
  const auto row_at = [](const Series& series, Instant opens) {
    return std::find_if(series.recent.begin(), series.recent.end(), [&](const Row& r) { return r.opens == opens; });
  };
  std::string source = waiting.sources.at(""),
              ends = "the newest candle of " + feed_name(feed_) + " opened at " + utc_text(own.newest.opens);
  for (const auto& [name, of] : waiting.sources) {
    if (name.empty()) continue;
    source += " + " + of;
    ends += ", that of " + feed_name(feed_of_series(name, feed_)) + " at " + utc_text(series_.at(of).newest.opens);
  }
  for (const auto& row : own.recent) {
    std::map<std::string, const std::vector<double>*> parts;
    for (const auto& [name, of] : waiting.sources) {
      const auto& series = series_.at(of);
      const auto at = row_at(series, last_closed(row.opens, feed_.interval, series.interval));
      if (at != series.recent.end()) parts[name] = &at->values[set];
    }
    if (parts.size() < waiting.sources.size()) continue;
    FeaturesComputed features{window.topic, window.nonce, window.closes, source, row.opens, row.close, {}};
    for (const auto& [name, index] : declared_[set].layout) features.values.push_back((*parts.at(name))[index]);
    return features;
  }
  return WindowSkipped{window.topic, window.nonce, "the series of candles do not meet: " + ends};
}

} // namespace inferd
