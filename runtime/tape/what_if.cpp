#include "runtime/tape/what_if.hpp"

#include "actors/pipeline/feature_core.hpp"
#include "messages/submission.hpp"
#include "runtime/tape/tape_values.hpp"
#include "runtime/tape/what_if_score.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

namespace inferd {
namespace {

/// The topics that wait for candles of each feed on the tape, by the feed's name.
std::map<std::string, std::set<TopicId>> topics_of(const Tape& tape) {
  std::map<std::string, std::set<TopicId>> topics;
  for (const auto& e : tape.entries)
    if (e.type == "PrepareWindow") topics[e.to.key].insert(decoded<PrepareWindow>(tape, e).topic);
  return topics;
}

std::string listed(const std::map<std::string, std::set<TopicId>>& topics) {
  std::string out;
  for (const auto& [feed, ids] : topics)
    for (const auto& id : ids) out += fmt::format("{}{} ({})", out.empty() ? "" : ", ", id.value, feed);
  return out.empty() ? "none" : out;
}

TopicId chosen_topic(const Tape& tape, const WhatIfSettings& settings) {
  const auto topics = topics_of(tape);
  const auto feed = feed_name(settings.model.feed);
  const auto fail = [&](const std::string& why) {
    throw TapeError(fmt::format("tape {}: {}; its topics: {}", tape.path, why, listed(topics)));
  };
  const auto its = topics.find(feed);
  if (settings.topic) {
    const auto holds = [&](const auto& each) { return each.second.contains(*settings.topic); };
    if (std::none_of(topics.begin(), topics.end(), holds)) fail(fmt::format("no window of topic {}", settings.topic->value));
    if (its == topics.end() || !its->second.contains(*settings.topic))
      fail(fmt::format("{} is for {}, not for topic {}", settings.model.name, feed, settings.topic->value));
    return *settings.topic;
  }
  if (its == topics.end()) fail(fmt::format("no topic with candles of {}, for which {} is", feed, settings.model.name));
  if (its->second.size() > 1) fail(fmt::format("several topics have candles of {}: name one", feed));
  return *its->second.begin();
}

/// Of "binance + ethusd/1h binance", the source of the own symbol's candles.
std::string own_source(const std::string& source) { return source.substr(0, source.find(" + ")); }

/// Follows one topic through the tape.
class Follower {
public:
  Follower(const Tape& tape, const WhatIfSettings& settings, TopicId topic)
    : tape_(tape), settings_(settings), topic_(topic), feature_(feed_place(PlaceKind::feature, settings.model.feed)) {
    begin_series();
    for (const auto& e : tape.entries) // the rules of a topic stay: the first ones are good for what precedes them
      if (e.type == "TopicArrived" && !rules_)
        if (auto rules = decoded<TopicArrived>(tape, e); rules.topic == topic) rules_ = std::move(rules);
  }

  void follow(const TapeEntry& e) {
    if (e.is_start() && e.to == feature_) begin_series();
    else if (e.read) return;
    else if (e.type == "CandlesFetched" && e.to == feature_) on(decoded<CandlesFetched>(tape_, e));
    else if (e.type == "TopicArrived") on(decoded<TopicArrived>(tape_, e));
    else if (e.type == "Predicted") on(decoded<Predicted>(tape_, e));
    else if (e.type == "StoreSigned") on(decoded<StoreSigned>(tape_, e));
    else if (e.type == "BookOutcome") on(decoded<BookOutcome>(tape_, e));
    else if (e.type == "WindowSkipped") on(decoded<WindowSkipped>(tape_, e));
    else if (e.type == "BookWindows") on(decoded<BookWindows>(tape_, e));
  }

  std::map<Height, WhatIfWindow> take_windows() { return std::move(windows_); }
  const CandlesBySource& candles() const { return candles_; }
  std::string history() const {
    if (added_ == 0) return {};
    return fmt::format("{} candles from before those on the tape come from the file", added_);
  }

private:
  void begin_series() {
    const auto& model = settings_.model;
    feature_core_ = FeatureCore({model.feed, {{topic_, model.features, model.horizon_ms / model.feed.interval.ms}}});
  }

  WhatIfWindow& window(Height nonce) {
    auto& w = windows_[nonce];
    w.nonce = nonce;
    return w;
  }

  void on(CandlesFetched fetched) {
    auto& known = candles_[fetched.source];
    for (const auto& c : fetched.candles) known[c.opens] = c;
    const bool own = joined_series(fetched.source, settings_.model.feed).empty();
    if (own && fetched.reset && !fetched.candles.empty()) {
      const auto& file = settings_.candles;
      const auto end = std::lower_bound(file.begin(), file.end(), fetched.candles.front().opens,
                                        [](const Candle& c, Instant t) { return c.opens < t; });
      const auto lacking =
        static_cast<std::ptrdiff_t>(settings_.model.candles) - static_cast<std::ptrdiff_t>(fetched.candles.size());
      const auto count = std::clamp<std::ptrdiff_t>(lacking, 0, end - file.begin());
      fetched.candles.insert(fetched.candles.begin(), end - count, end);
      added_ = std::max(added_, static_cast<std::size_t>(count));
    }
    for (auto& effect : feature_core_.on(fetched)) std::visit([this](auto& e) { answer(e); }, effect);
  }
  void answer(const WindowSkipped& skipped) {
    if (skipped.topic == topic_) window(skipped.nonce).reason = skipped.reason;
  }
  void answer(const FeatureCore::AskSeries&) {} // what came is on the tape
  void answer(const FeaturesComputed& features) {
    if (features.topic != topic_) return;
    auto& w = window(features.nonce);
    if (!w.other.empty()) return;
    w.source = own_source(features.source);
    w.candle = features.candle;
    w.close = features.close;
    if (!rules_) {
      w.reason = "the tape lacks the topic's rules";
      return;
    }
    if (const auto rows = feature_core_.series().at(w.source).rows;
        rows < settings_.model.candles) { // as the fetcher would say
      w.reason = fmt::format("only {} candles, {} needed", rows, settings_.model.candles);
      return;
    }
    auto result = settings_.model.answer(*rules_, features, candles_[own_source(features.source)]);
    if (auto* predicted = std::get_if<Predicted>(&result)) {
      w.other = std::move(predicted->values);
      w.reason.clear();
    } else {
      w.reason = std::get<WindowSkipped>(result).reason;
    }
  }

  void on(const TopicArrived& rules) {
    if (rules.topic == topic_) rules_ = rules;
  }
  void on(const Predicted& predicted) {
    if (predicted.topic != topic_) return;
    auto& w = window(predicted.nonce);
    if (!w.live_model.empty()) return;
    w.live = predicted.values;
    w.live_model = predicted.model;
  }
  void on(const StoreSigned& stored) {
    if (stored.topic == topic_ && !stored.signed_tx.values.empty()) window(stored.nonce).live = stored.signed_tx.values;
  }
  void on(const BookOutcome& booked) {
    if (booked.topic != topic_ || booked.nonce.value == 0) return;
    window(booked.nonce).outcome =
      boost::describe::enum_to_string(booked.status, "?") + (booked.reason.empty() ? "" : ": " + booked.reason);
  }
  void on(const WindowSkipped& skipped) {
    if (skipped.topic != topic_) return;
    auto& w = window(skipped.nonce);
    if (w.outcome.empty()) w.outcome = "skipped: " + skipped.reason;
  }
  void on(const BookWindows& booked) {
    if (booked.topic == topic_ && booked.opened.nonce.value != 0) window(booked.opened.nonce);
  }

  const Tape& tape_;
  const WhatIfSettings& settings_;
  TopicId topic_;
  Place feature_;
  FeatureCore feature_core_;
  std::optional<TopicArrived> rules_;
  CandlesBySource candles_;
  std::map<Height, WhatIfWindow> windows_;
  std::size_t added_ = 0;
};

} // namespace

TriedModel tried(std::shared_ptr<const Model> model) {
  const auto& file = model->file();
  TriedModel out{.name = model->name(),
                 .feed = {file.symbol, model->context().interval},
                 .horizon_ms = horizon_ms(file),
                 .output = file.output,
                 .estimator = parse_estimator(file.estimator).value_or(VolatilityEstimator{}),
                 .labels = {{}, file.edges},
                 .features = model->needs_features() ? model->features() : std::vector<std::string>{},
                 .candles = model->needed_candles()};
  for (const auto& share : file.labels) out.labels.labels.push_back(share.label);
  out.answer = [model](const TopicArrived& rules, const FeaturesComputed& features, const auto&) {
    PredictorCore core({features.topic, model});
    core.on(rules);
    std::variant<Predicted, WindowSkipped> result;
    for (auto& effect : core.on(features)) // with rules exactly one of the two
      if (auto* predicted = std::get_if<Predicted>(&effect)) result = std::move(*predicted);
      else if (auto* skipped = std::get_if<WindowSkipped>(&effect)) result = std::move(*skipped);
    return result;
  };
  return out;
}

WhatIf what_if(const Tape& tape, const WhatIfSettings& settings) {
  expect_present_version(tape);
  WhatIf out{.topic = chosen_topic(tape, settings)};
  Follower follower(tape, settings, out.topic);
  for (const auto& e : tape.entries) follower.follow(e);
  for (auto& [nonce, window] : follower.take_windows()) {
    if (window.other.empty() && window.reason.empty()) window.reason = "no candles reached the feature actor for this window";
    out.windows.push_back(std::move(window));
  }
  out.history = follower.history();
  add_truths(out.windows, settings, follower.candles());
  out.score = score_of(out.windows, settings.model);
  out.claim = claim_of(out.score, settings.model);
  return out;
}

} // namespace inferd
