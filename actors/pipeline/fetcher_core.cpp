#include "actors/pipeline/fetcher_core.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace inferd {

FetcherCore::FetcherCore(FetcherPolicy policy) : policy_(std::move(policy)) {
  assert(!policy_.sources.empty());
  for (const auto& rule : policy_.sources) sources_[rule.name].max_age_ms = rule.max_age_ms;
}

FetcherCore::Effects FetcherCore::on(const PrepareWindow& window, Instant now) {
  Effects effects;
  if (search_ && search_->window.nonce < window.nonce)
    effects.push_back(
      WindowSkipped{search_->window.topic, search_->window.nonce, "no candles before the next window: " + search_->failures});
  if (window.afresh) sent_source_.clear();
  search_ = Search{.window = window};
  for (auto& effect : begin_round(now)) effects.push_back(std::move(effect));
  return effects;
}

FetcherCore::Effects FetcherCore::begin_round(Instant now) {
  auto& search = *search_;
  search.order.clear();
  for (const auto& rule : policy_.sources) search.order.push_back(rule.name);
  // A source that keeps failing waits its turn behind the others, in the given order otherwise.
  std::stable_sort(search.order.begin(), search.order.end(), [this](const auto& a, const auto& b) {
    return sources_.at(a).failures < 3 && sources_.at(b).failures >= 3;
  });
  search.index = 0;
  search.failures.clear();
  ++search.rounds;
  return try_source(now);
}

FetcherCore::Effects FetcherCore::try_source(Instant now) {
  auto& search = *search_;
  const auto& name = search.order[search.index];
  const auto& source = sources_.at(name);
  const auto newest = source.candles.empty() ? Instant{} : source.candles.back().opens;
  // A candle closes an hour after it opens, so until two hours after the newest opened there is nothing newer to be had.
  if (!source.candles.empty() && now.value < newest.value + 2 * hour && usable(source, now).empty()) return deliver(name);
  if (now < source.paused_until)
    return failed("asked for a pause, " + std::to_string((source.paused_until.value - now.value) / 1000) + " s left", 0, now);
  const Instant since = source.candles.empty()
                          ? Instant{now.value - static_cast<std::int64_t>(policy_.min_candles + 100) * hour}
                          : Instant{newest.value + hour};
  search.asked = now;
  return {AskCandles{name, ++asks_, since, now}};
}

FetcherCore::Effects FetcherCore::on(const CandlesArrived& answer, Instant now) {
  if (!search_ || !search_->asked || answer.ask != asks_) return {};
  auto& source = sources_[answer.source];
  for (const auto& candle : answer.candles)
    if (source.candles.empty() || candle.opens > source.candles.back().opens) source.candles.push_back(candle);
  while (source.candles.size() > policy_.cached) source.candles.pop_front();
  if (const auto why = usable(source, now); !why.empty()) return failed(why, 0, now);
  source.failures = 0;
  return deliver(answer.source);
}

std::string FetcherCore::usable(const Source& source, Instant now) const {
  if (source.candles.empty()) return "no candles";
  const auto age = now.value - source.candles.back().opens.value;
  if (age > source.max_age_ms)
    return "the newest candle opened " + std::to_string(age / 60'000) + " min ago, " +
           std::to_string(source.max_age_ms / 60'000) + " are allowed";
  if (age < hour) return "the newest candle has not closed yet";
  if (source.candles.size() < policy_.min_candles)
    return "only " + std::to_string(source.candles.size()) + " candles, " + std::to_string(policy_.min_candles) + " needed";
  return {};
}

// By value: the name may live in the search that ends here.
FetcherCore::Effects FetcherCore::deliver(std::string name) {
  const auto& candles = sources_.at(name).candles;
  const auto window = std::exchange(search_, std::nullopt)->window;
  const bool afresh = sent_source_ != name;
  CandlesFetched fetched{window.topic, window.nonce, window.closes, afresh, name, {}};
  auto first = candles.begin();
  if (!afresh)
    first =
      std::upper_bound(candles.begin(), candles.end(), sent_until_, [](Instant at, const Candle& c) { return at < c.opens; });
  fetched.candles.assign(first, candles.end());
  sent_source_ = name;
  sent_until_ = candles.back().opens;
  return {std::move(fetched)};
}

FetcherCore::Effects FetcherCore::on(const SourceFailed& failure, Instant now) {
  if (!search_ || !search_->asked || failure.ask != asks_) return {};
  return failed(failure.reason, failure.pause_ms, now);
}

FetcherCore::Effects FetcherCore::failed(const std::string& reason, std::int64_t pause_ms, Instant now) {
  auto& search = *search_;
  const auto& name = search.order[search.index];
  auto& source = sources_.at(name);
  if (search.asked) ++source.failures;
  source.last_failure = reason;
  if (pause_ms > 0) source.paused_until = Instant{now.value + pause_ms};
  search.asked.reset();
  search.failures += (search.failures.empty() ? "" : "; ") + name + ": " + reason;
  if (++search.index < search.order.size()) return try_source(now);
  // All failed. The window may be open for hours: try again, and say meanwhile why it waits.
  const auto wait = std::min<std::int64_t>(60'000, policy_.first_retry_ms << std::min(search.rounds - 1, 6u));
  search.retry_at = Instant{now.value + wait};
  return {WindowDelayed{search.window.topic, search.window.nonce, search.failures}};
}

FetcherCore::Effects FetcherCore::on(const WindowClosed& window, Instant) {
  if (search_ && search_->window.nonce <= window.nonce) search_.reset();
  return {};
}

FetcherCore::Effects FetcherCore::on(const Tick&, Instant now) {
  if (!search_) return {};
  if (search_->asked && now.value - search_->asked->value >= policy_.patience_ms)
    return failed("no answer within " + std::to_string(policy_.patience_ms / 1000) + " s", 0, now);
  if (!search_->asked && now >= search_->retry_at) return begin_round(now);
  return {};
}

} // namespace inferd
