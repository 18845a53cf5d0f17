#include "actors/pipeline/fetcher_core.hpp"

#include "messages/backoff.hpp"
#include "messages/limits.hpp"

#include <algorithm>
#include <cassert>
#include <set>
#include <utility>

namespace inferd {
namespace {

/// Requested beyond the largest Subscriber::min_candles: a source's history may have gaps at its start.
constexpr std::size_t spare_candles = 100;

WaitingWindow waiting(const PrepareWindow& w) { return {w.topic, w.nonce, w.closes}; }

} // namespace

FetcherCore::FetcherCore(FetcherPolicy policy) : policy_(std::move(policy)) {
  assert(!policy_.sources.empty());
  for (const auto& rule : policy_.sources) sources_.push_back({.rule = rule});
  for (const auto& subscriber : policy_.subscribers) {
    auto& needs = needs_[subscriber.topic];
    needs.min_candles = subscriber.min_candles;
    needs.joins = subscriber.joins;
    warm_up_ = std::max(warm_up_, std::max(subscriber.min_candles, subscriber.preferred_candles) + spare_candles);
    least_needed_ = needs_.size() == 1 ? subscriber.min_candles : std::min(least_needed_, subscriber.min_candles);
    const auto& names = subscriber.sources;
    for (std::size_t i = 0; i < sources_.size(); ++i)
      if (names.empty() || std::find(names.begin(), names.end(), sources_[i].rule.name) != names.end())
        needs.sources.push_back(i);
    assert(!needs.sources.empty());
  }
}

FetcherCore::Effects FetcherCore::start() const {
  Effects effects;
  for (const auto& [topic, needs] : needs_) effects.push_back(WindowWanted{topic});
  return effects;
}

FetcherCore::Effects FetcherCore::on(const PrepareWindow& window, Instant now) {
  if (!needs_.contains(window.topic))
    return {WindowSkipped{window.topic, window.nonce, "the topic does not subscribe to " + feed_name(policy_.feed)}};
  if (const auto closed = closed_.find(window.topic); closed != closed_.end() && window.nonce <= closed->second) return {};
  Effects effects;
  auto& search = searches_[window.topic];
  if (search.rounds > 0 && search.window.nonce < window.nonce)
    effects.push_back(
      WindowSkipped{window.topic, search.window.nonce, "no candles before the next window: " + search.failures});
  search = Search{.window = window};
  if (begin_round(search, now, effects)) searches_.erase(window.topic);
  return joined(std::move(effects));
}

FetcherCore::Effects FetcherCore::joined(Effects effects) const {
  std::set<FeedId> others;
  for (const auto& [topic, needs] : needs_)
    if (needs.joins) others.insert(*needs.joins);
  if (others.empty()) return effects;
  Effects out;
  for (auto& effect : effects) {
    auto* fetched = std::get_if<CandlesFetched>(&effect);
    if (!fetched) {
      out.push_back(std::move(effect));
      continue;
    }
    const auto windows = std::exchange(fetched->windows, {});
    const auto part = [&](const std::optional<FeedId>& target) {
      auto copy = *fetched;
      for (const auto& w : windows)
        if (needs_.at(w.topic).joins == target) copy.windows.push_back(w);
      return copy;
    };
    out.push_back(part(std::nullopt));
    for (const auto& other : others) {
      auto copy = part(other);
      if (!copy.reset && copy.candles.empty() && copy.windows.empty()) continue;
      copy.source = feed_name(policy_.feed) + ' ' + copy.source;
      out.push_back(CandlesJoined{other, std::move(copy)});
    }
  }
  return out;
}

bool FetcherCore::begin_round(Search& search, Instant now, Effects& effects) {
  search.order = needs_.at(search.window.topic).sources;
  // Sources with three failures in a row come last; otherwise in the configured order.
  std::stable_sort(search.order.begin(), search.order.end(),
                   [this](auto a, auto b) { return sources_[a].failures < 3 && sources_[b].failures >= 3; });
  search.index = 0;
  search.failures.clear();
  ++search.rounds;
  return try_sources(search, now, effects);
}

bool FetcherCore::try_sources(Search& search, Instant now, Effects& effects) {
  for (; search.index < search.order.size(); ++search.index) {
    auto& source = sources_[search.order[search.index]];
    // A candle closes one interval after it opens: the next one closes two intervals after the newest opened.
    const bool current = now.value < source.series.newest.value + candles_ms(2);
    if (current && unusable(source, source.series, needs_.at(search.window.topic).min_candles, now).empty()) {
      effects.push_back(CandlesFetched{source.rule.name, false, {}, {waiting(search.window)}});
      return true;
    }
    if (!source.pause.over(now)) {
      fail(search, source, "asked for a pause, " + std::to_string(source.pause.left_ms(now) / 1000) + " s left");
      continue;
    }
    // An answer requested before the latest candle closed lacks that candle.
    const auto& q = source.question;
    if (!q || overdue(*q, now) || q->at.value / candles_ms(1) != now.value / candles_ms(1)) effects.push_back(ask(source, now));
    search.asked = true;
    return false;
  }
  // All failed. The window may be open for hours: retry with backoff; WindowDelayed reports the reason.
  search.asked = false;
  const auto wait = Backoff{.first_ms = policy_.first_retry_ms, .longest_ms = 60'000}.wait(search.rounds);
  search.retry = {now, wait};
  effects.push_back(WindowDelayed{search.window.topic, search.window.nonce, search.failures});
  return false;
}

AskCandles FetcherCore::ask(Source& source, Instant now) {
  const auto& series = source.series;
  // A newest candle that has not closed by a clock that was set back was taken before it closed.
  const bool reset = series.candles == 0 || now.value - series.newest.value > candles_ms(limits::cached_candles) ||
                     now.value < series.newest.value + candles_ms(1);
  source.question = Question{++asks_, now, reset};
  return {source.rule.name, asks_,
          reset ? Instant{now.value - candles_ms(warm_up_)} : Instant{series.newest.value + candles_ms(1)}, now};
}

FetcherCore::Effects FetcherCore::on(const CandlesArrived& answer, Instant now) {
  const auto index = index_of(answer.source);
  if (!index || !sources_[*index].question || sources_[*index].question->ask != answer.ask) return {};
  auto& source = sources_[*index];
  const bool reset = std::exchange(source.question, std::nullopt)->reset;
  auto series = reset ? Series{} : source.series;
  CandlesFetched fetched{answer.source, reset, {}, {}};
  for (const auto& candle : answer.candles) {
    if (series.candles > 0 && candle.opens <= series.newest) continue;
    fetched.candles.push_back(candle);
    ++series.candles;
    series.newest = candle.opens;
  }
  std::vector<std::pair<TopicId, std::string>> unanswered;
  const auto topics = waiting_for(source);
  for (const auto topic : topics)
    if (auto why = unusable(source, series, needs_.at(topic).min_candles, now); !why.empty())
      unanswered.emplace_back(topic, std::move(why));
    else fetched.windows.push_back(waiting(searches_.extract(topic).mapped().window));
  // A series that is too short for some subscribers only is not a failure of the source.
  if (!topics.empty()) source.failures = unusable(source, series, least_needed_, now).empty() ? 0 : source.failures + 1;
  Effects effects;
  if (!fetched.windows.empty()) {
    source.series = series;
    effects.push_back(std::move(fetched));
  }
  for (const auto& [topic, why] : unanswered) {
    auto& search = searches_.at(topic);
    fail(search, source, why);
    ++search.index;
    if (try_sources(search, now, effects)) searches_.erase(topic);
  }
  return joined(std::move(effects));
}

std::string FetcherCore::unusable(const Source& source, const Series& series, std::size_t min_candles, Instant now) const {
  if (series.candles == 0) return "no candles";
  const auto age = now.value - series.newest.value;
  if (age > source.rule.max_age_ms)
    return "the newest candle opened " + std::to_string(age / 60'000) + " min ago, " +
           std::to_string(source.rule.max_age_ms / 60'000) + " are allowed";
  if (age < candles_ms(1)) return "the newest candle has not closed yet";
  if (series.candles < min_candles)
    return "only " + std::to_string(series.candles) + " candles, " + std::to_string(min_candles) + " needed";
  return {};
}

FetcherCore::Effects FetcherCore::on(const SourceFailed& failure, Instant now) {
  const auto index = index_of(failure.source);
  if (!index || !sources_[*index].question || sources_[*index].question->ask != failure.ask) return {};
  auto& source = sources_[*index];
  source.question.reset();
  ++source.failures;
  if (failure.pause_ms > 0) source.pause = {now, failure.pause_ms};
  Effects effects;
  fail_all(source, failure.reason, now, effects);
  return joined(std::move(effects));
}

FetcherCore::Effects FetcherCore::on(const ChildRestarted&, Instant now) {
  auto effects = start();
  for (auto& source : sources_) {
    source.series = {};
    // The pending answer would continue a series that the new feature actor does not have.
    if (source.question && !source.question->reset) effects.push_back(ask(source, now));
  }
  return effects;
}

FetcherCore::Effects FetcherCore::on(const WindowClosed& window, Instant) {
  auto& closed = closed_[window.topic];
  closed = std::max(closed, window.nonce);
  const auto search = searches_.find(window.topic);
  if (search != searches_.end() && search->second.window.nonce <= window.nonce) searches_.erase(search);
  return {};
}

FetcherCore::Effects FetcherCore::on(const Tick&, Instant now) {
  Effects effects;
  for (auto& source : sources_) {
    if (!source.question || !overdue(*source.question, now)) continue;
    source.question.reset();
    ++source.failures;
    fail_all(source, "no answer within " + std::to_string(policy_.patience_ms / 1000) + " s", now, effects);
  }
  for (auto it = searches_.begin(); it != searches_.end();) {
    auto& search = it->second;
    const bool due = !search.asked && search.retry.over(now);
    it = due && begin_round(search, now, effects) ? searches_.erase(it) : std::next(it);
  }
  return joined(std::move(effects));
}

bool FetcherCore::overdue(const Question& question, Instant now) const { return waited(question.at, now, policy_.patience_ms); }

void FetcherCore::fail(Search& search, Source& source, const std::string& reason) {
  source.last_failure = reason;
  search.failures += (search.failures.empty() ? "" : "; ") + source.rule.name + ": " + reason;
}

void FetcherCore::fail_all(Source& source, const std::string& reason, Instant now, Effects& effects) {
  source.last_failure = reason;
  for (const auto topic : waiting_for(source)) {
    auto& search = searches_.at(topic);
    fail(search, source, reason);
    ++search.index;
    if (try_sources(search, now, effects)) searches_.erase(topic);
  }
}

std::vector<TopicId> FetcherCore::waiting_for(const Source& source) const {
  std::vector<TopicId> topics;
  for (const auto& [topic, search] : searches_)
    if (search.asked && &sources_[search.order[search.index]] == &source) topics.push_back(topic);
  return topics;
}

std::optional<std::size_t> FetcherCore::index_of(const std::string& source) const {
  for (std::size_t i = 0; i < sources_.size(); ++i)
    if (sources_[i].rule.name == source) return i;
  return {};
}

} // namespace inferd
