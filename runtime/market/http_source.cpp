#include "runtime/market/http_source.hpp"

#include "messages/limits.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace inferd::market {
namespace {

std::deque<Hours> pages_of(const std::vector<Hours>& ranges, std::int64_t page) {
  std::deque<Hours> out;
  for (auto range : ranges)
    for (; !range.empty(); range.since = out.back().until)
      out.push_back({range.since, std::min(range.until, after(range.since, page))});
  return out;
}

} // namespace

HttpSource::HttpSource(const VendorApi& source, Endpoint endpoint, CandleCache cache, Bounds bounds, Dependencies dependencies)
  : source_(source), endpoint_(std::move(endpoint)), cache_(std::move(cache)), bounds_(bounds),
    dependencies_(std::move(dependencies)) {}

void HttpSource::ask(const AskCandles& ask, Done done) {
  questions_.push_back({.ask = ask, .done = std::move(done), .number = ++asked_});
  if (questions_.size() == 1) begin();
}

void HttpSource::begin() {
  auto& q = current();
  const auto now = dependencies_.clock->now();
  q.deadline = {now.value + limits::source_deadline};
  if (!std::exchange(loaded_, true)) {
    auto kept = cache_.load(now, bounds_);
    q.warnings = kept.warnings;
    if (!kept.candles.empty()) {
      const std::vector<Hours> range{{kept.candles.front().opens, after(kept.candles.back().opens, 1)}};
      history_.keep(std::move(kept.candles), range, limits::cached_candles);
    }
  }
  q.wanted = closed_hours(q.ask.since, q.ask.until, now);
  const auto oldest = after(q.wanted.until, -static_cast<std::int64_t>(limits::cached_candles));
  if (q.wanted.since < oldest) {
    q.wanted.since = oldest;
    q.warnings = join_warnings(q.warnings, fmt::format("nothing before {} was asked for", utc_text(oldest)));
  }
  q.asked = within_reach(history_.missing(q.wanted, source_.page), now);
  // Many topics ask at once: questions queued during an identical request without news reuse its result.
  if (last_unchanged_ && last_unchanged_->question == q.asked && now >= last_unchanged_->at &&
      (q.number <= last_unchanged_->number || now.value - last_unchanged_->at.value < source_.spacing_ms))
    q.asked.clear();
  q.pages = pages_of(q.asked, source_.page);
  if (q.pages.empty()) return answer_from(history_.candles());
  if (source_.needs_token && endpoint_.token.empty()) return fail({"no token"});
  request_page();
}

/// Drops what is older than the source's reach.
std::vector<Hours> HttpSource::within_reach(std::vector<Hours> ranges, Instant now) const {
  if (source_.reach == 0) return ranges;
  for (auto& range : ranges) range.since = std::max(range.since, after(hour_of(now), 1 - source_.reach));
  std::erase_if(ranges, [](const Hours& range) { return range.empty(); });
  // Such a source always answers up to now, so one request covers both ranges.
  if (ranges.size() == 2) ranges = {{ranges.front().since, ranges.back().until}};
  return ranges;
}

void HttpSource::request_page() {
  auto& q = current();
  const auto left = q.deadline.value - dependencies_.clock->now().value;
  if (left <= 0) return fail_all({fmt::format("took longer than {} ms", limits::source_deadline)});
  auto request = source_.request(endpoint_, q.pages.front());
  request.deadline_ms = std::min(request.deadline_ms, left);
  const auto number = ++request_;
  dependencies_.http->ask(std::move(request), [weak = weak_from_this(), worker = std::weak_ptr(dependencies_.worker),
                                               number](std::variant<HttpAnswer, HttpFailed> answer) {
    const auto to = worker.lock();
    if (!to) return;
    to->post([weak, number, answer = std::move(answer)] {
      const auto self = weak.lock();
      if (self && !self->questions_.empty() && self->request_ == number) self->on_page(answer);
    });
  });
}

void HttpSource::on_page(const std::variant<HttpAnswer, HttpFailed>& answer) {
  auto& q = current();
  if (const auto* failed = std::get_if<HttpFailed>(&answer)) return fail_all({failed->reason});
  auto parsed = source_.parse(std::get<HttpAnswer>(answer), dependencies_.clock->now());
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) return fail_all(*refusal);
  // Some replies hold more than requested. Newer candles are kept unless the next page covers them.
  const auto page = q.pages.front();
  for (const auto& c : std::get<std::vector<Candle>>(parsed))
    if (c.opens >= page.since && (c.opens < page.until || q.pages.size() == 1)) q.candles.push_back(c);
  q.pages.pop_front();
  if (q.pages.empty()) conclude();
  else request_page();
}

void HttpSource::conclude() {
  auto& q = current();
  const auto now = dependencies_.clock->now();
  auto news = check(std::move(q.candles), now, bounds_);
  if (const auto* reason = std::get_if<std::string>(&news)) return fail({*reason});
  auto& good = std::get<Checked>(news);
  q.warnings = join_warnings(q.warnings, good.warnings);

  // Validates the joints; warnings about the old candles were already given.
  auto merged = check(history_.with(good.candles, q.asked), now, bounds_);
  if (const auto* reason = std::get_if<std::string>(&merged)) return fail({*reason});
  const auto& all = std::get<Checked>(merged).candles;
  const bool changed = all != history_.candles();
  if (changed) last_unchanged_.reset();
  else last_unchanged_ = EmptyAnswer{now, q.asked, asked_};
  history_.keep(all, q.asked, limits::cached_candles);
  if (changed) q.warnings = join_warnings(q.warnings, cache_.save(history_.candles()));
  answer_from(all);
}

void HttpSource::answer_from(const std::vector<Candle>& candles) {
  auto& q = current();
  auto filled = fill_gaps(candles, q.wanted, bounds_);
  if (const auto* reason = std::get_if<std::string>(&filled)) return fail({*reason});
  auto& good = std::get<Checked>(filled);
  if (good.candles.empty() && !q.wanted.empty()) good.warnings = join_warnings(good.warnings, "no candle in the range");
  finish(CandlesArrived{q.ask.source, q.ask.ask, std::move(good.candles), join_warnings(q.warnings, good.warnings)});
}

void HttpSource::fail(const Refusal& refusal) {
  const auto& q = current();
  finish(SourceFailed{q.ask.source, q.ask.ask, endpoint_.token.redact(refusal.reason), refusal.pause_ms});
}

/// Fails the queued questions too: each would repeat the failing request.
void HttpSource::fail_all(const Refusal& refusal) {
  std::deque<Question> waiting(std::make_move_iterator(questions_.begin() + 1), std::make_move_iterator(questions_.end()));
  questions_.erase(questions_.begin() + 1, questions_.end());
  const auto reason = endpoint_.token.redact(refusal.reason);
  fail(refusal); // last use of this: the callback may destroy the market
  for (auto& q : waiting) q.done(SourceFailed{q.ask.source, q.ask.ask, reason, refusal.pause_ms});
}

void HttpSource::finish(MarketPort::Answer answer) {
  ++request_; // later replies are ignored
  auto done = std::move(current().done);
  questions_.pop_front();
  if (!questions_.empty())
    dependencies_.worker->post([weak = weak_from_this()] {
      const auto self = weak.lock();
      if (self && !self->questions_.empty()) self->begin();
    });
  done(std::move(answer));
}

} // namespace inferd::market
