#include "model/inputs/joint_features.hpp"

#include "base/duration.hpp"
#include "model/training/interval_rules.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace inferd {

std::pair<std::string, std::string> split_series_of(std::string_view feature) {
  const auto colon = feature.find(':');
  if (colon == feature.npos) return {"", std::string(feature)};
  return {std::string(feature.substr(0, colon)), std::string(feature.substr(colon + 1))};
}

std::vector<std::string> series_of(const std::vector<std::string>& features) {
  std::vector<std::string> all;
  for (const auto& feature : features)
    if (auto series = split_series_of(feature).first; !series.empty()) all.push_back(std::move(series));
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

std::string series_name(const FeedId& feed, const FeedId& own) {
  auto name = feed.symbol == own.symbol ? std::string() : feed.symbol;
  if (feed.interval != own.interval) name += '/' + duration_text(feed.interval.ms);
  return name;
}

FeedId feed_of_series(const std::string& series, const FeedId& own) {
  auto feed = own;
  if (series.empty()) return feed;
  const auto slash = series.find('/');
  if (slash != 0) feed.symbol = series.substr(0, slash);
  if (slash != series.npos) {
    const auto ms = parse_duration(series.substr(slash + 1));
    if (!ms || !rules_for({*ms}))
      throw FeatureError(fmt::format("\"{}:\": the interval is not {}", series, supported_intervals));
    feed.interval = {*ms};
  }
  if (feed == own) throw FeatureError(fmt::format("\"{}:\" names the own candles, whose features have no prefix", series));
  if (const auto name = series_name(feed, own); name != series)
    throw FeatureError(fmt::format("\"{}:\" is spelled \"{}:\" beside candles of {}", series, name,
                                   own.symbol.empty() ? duration_text(own.interval.ms) : feed_name(own)));
  return feed;
}

Instant last_closed(Instant opens, Interval own, Interval other) {
  const auto closes = opens.value + own.ms;
  return {closes - closes % other.ms - other.ms};
}

FeatureContext context_in(Interval interval, const FeatureContext& own) {
  const auto horizon_ms = own.horizon * own.interval.ms;
  return {interval, horizon_ms % interval.ms == 0 ? horizon_ms / interval.ms : 0};
}

JointFeatures::JointFeatures(std::vector<std::string> names, const FeatureContext& context)
  : names_(std::move(names)), horizon_ms_(context.horizon * context.interval.ms),
    values_(names_.size(), std::numeric_limits<double>::quiet_NaN()) {
  std::map<std::string, std::vector<std::string>> by_series;
  by_series[""]; // the own one counts rows, with features or without
  for (std::size_t i = 0; i < names_.size(); ++i) {
    if (is_of_network(names_[i])) {
      network_places_.push_back(i);
      continue;
    }
    auto [series, feature] = split_series_of(names_[i]);
    if (series.empty() && feature != names_[i]) // ":gk_24"
      throw FeatureError(fmt::format("feature \"{}\" names no symbol and no interval before its colon", names_[i]));
    by_series[series].push_back(std::move(feature));
    (series.empty() ? own_ : others_[series]).places.push_back(i);
  }
  for (auto& [series, features] : by_series) {
    try {
      auto& s = series.empty() ? own_ : others_[series];
      s.interval = feed_of_series(series, {"", context.interval}).interval;
      s.set.emplace(std::move(features), context_in(s.interval, context));
    } catch (const FeatureError& e) {
      throw series.empty() ? e : FeatureError(fmt::format("{}: {}", series, e.what()));
    }
  }
}

void JointFeatures::show(const Series& series) {
  const auto values = series.set->values();
  const bool now =
    &series == &own_ || (own_.newest && series.newest == last_closed(*own_.newest, own_.interval, series.interval));
  for (std::size_t i = 0; i < series.places.size(); ++i)
    values_[series.places[i]] = now ? values[i] : std::numeric_limits<double>::quiet_NaN();
}

void JointFeatures::push(const Candle& candle) {
  own_.set->push(candle);
  own_.newest = candle.opens;
  show(own_);
  for (const auto& [name, series] : others_) show(series);
  show_network();
}

void JointFeatures::push_network(Instant known, double value) {
  network_ = {known, value};
  show_network();
}

void JointFeatures::show_network() {
  const auto closes = own_.newest ? own_.newest->value + own_.interval.ms : 0;
  const bool fresh =
    network_ && own_.newest && network_->first.value <= closes && closes - network_->first.value <= horizon_ms_;
  for (const auto place : network_places_) {
    const auto value = fresh ? network_->second : std::numeric_limits<double>::quiet_NaN();
    values_[place] = names_[place] == network_feature ? value : std::log(value); // NaN below 0
    if (!std::isfinite(values_[place])) values_[place] = std::numeric_limits<double>::quiet_NaN();
  }
}

void JointFeatures::push(const std::string& series, const Candle& candle) {
  const auto it = others_.find(series);
  if (it == others_.end()) return;
  it->second.set->push(candle);
  it->second.newest = candle.opens;
  show(it->second);
}

std::size_t JointFeatures::needed(const std::string& series) const {
  if (series.empty()) return own_.set->needed();
  const auto it = others_.find(series);
  return it == others_.end() ? 0 : it->second.set->needed();
}

std::optional<Instant> JointFeatures::newest(const std::string& series) const {
  const auto it = others_.find(series);
  return it == others_.end() ? std::nullopt : it->second.newest;
}

std::vector<NeededCandles> needed_of_others(const JointFeatures& features, const FeedId& own) {
  std::vector<NeededCandles> needed;
  for (const auto& series : series_of(features.names()))
    needed.push_back({feed_of_series(series, own), features.needed(series)});
  return needed;
}

std::vector<std::string> other_inputs_of(const std::vector<std::string>& features) {
  auto inputs = series_of(features);
  if (std::any_of(features.begin(), features.end(), is_of_network)) inputs.emplace_back(network_series);
  return inputs;
}

FollowedSeries::FollowedSeries(const OtherCandles& candles, Interval own) : own_(own) {
  for (const auto& [name, series] : candles)
    series_.emplace(name, Followed{series, name == network_series ? own : feed_of_series(name, {"", own}).interval});
}

void FollowedSeries::push(Instant opens, JointFeatures& to) {
  for (auto& [name, s] : series_) {
    if (name == network_series) {
      for (const auto closes = opens.value + own_.ms; s.next < s.candles.size() && s.candles[s.next].opens.value <= closes;
           ++s.next)
        to.push_network(s.candles[s.next].opens, s.candles[s.next].close);
      continue;
    }
    for (const auto last = last_closed(opens, own_, s.interval); s.next < s.candles.size() && s.candles[s.next].opens <= last;)
      to.push(name, s.candles[s.next++]);
  }
}

} // namespace inferd
