#include "runtime/market/http_source.hpp"

#include "messages/limits.hpp"
#include "runtime/endpoints/url.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <utility>

namespace inferd::market {
namespace {

constexpr std::int64_t cross_check_deadline = 4'000; ///< ms: another source's candles, when a close jumps

std::deque<CandleRange> pages_of(const std::vector<CandleRange>& ranges, std::int64_t page) {
  std::deque<CandleRange> out;
  for (auto range : ranges)
    for (; !range.empty(); range.since = out.back().until)
      out.push_back({range.since, std::min(range.until, after(range.since, page, range.interval)), range.interval});
  return out;
}

} // namespace

HttpSource::HttpSource(const VendorApi& source, Endpoint endpoint, std::vector<std::string> secrets, CandleCache cache,
                       Bounds bounds, Dependencies dependencies)
  : source_(source), endpoint_(std::move(endpoint)), secrets_(std::move(secrets)), cache_(std::move(cache)), bounds_(bounds),
    dependencies_(std::move(dependencies)), history_(bounds.interval) {}

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
      const std::vector<CandleRange> range{
        {kept.candles.front().opens, after(kept.candles.back().opens, 1, bounds_.interval), bounds_.interval}};
      history_.keep(std::move(kept.candles), range, limits::cached_candles);
    }
  }
  q.wanted = closed_range(q.ask.since, q.ask.until, now, bounds_.interval);
  const auto oldest = after(q.wanted.until, -static_cast<std::int64_t>(limits::cached_candles), bounds_.interval);
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
std::vector<CandleRange> HttpSource::within_reach(std::vector<CandleRange> ranges, Instant now) const {
  if (source_.reach == 0) return ranges;
  for (auto& range : ranges)
    range.since = std::max(range.since, after(opening_at(now, bounds_.interval), 1 - source_.reach, bounds_.interval));
  std::erase_if(ranges, [](const CandleRange& range) { return range.empty(); });
  // Such a source always answers up to now, so one request covers both ranges.
  if (ranges.size() == 2) ranges = {{ranges.front().since, ranges.back().until, bounds_.interval}};
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
  auto parsed = read(std::get<HttpAnswer>(answer), dependencies_.clock->now());
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) return fail_all(*refusal);
  const auto& rows = std::get<Rows>(parsed);
  q.warnings = join_warnings(q.warnings, hidden(rows.warnings));
  // Some replies hold more than requested. Newer candles are kept unless the next page covers them.
  const auto page = q.pages.front();
  for (const auto& c : rows.candles)
    if (c.opens >= page.since && (c.opens < page.until || q.pages.size() == 1)) q.candles.push_back(c);
  q.pages.pop_front();
  if (q.pages.empty()) conclude();
  else request_page();
}

void HttpSource::conclude() {
  auto& q = current();
  const auto now = dependencies_.clock->now();
  auto news = check_rows(std::move(q.candles), now, bounds_);
  if (const auto* reason = std::get_if<std::string>(&news)) return fail({*reason});
  auto& good = std::get<Checked>(news);
  q.warnings = join_warnings(q.warnings, good.warnings);

  // The stored candles were validated before; a clock that was set back shows here.
  auto merged = check_rows(history_.with(good.candles, q.asked), now, bounds_);
  if (const auto* reason = std::get_if<std::string>(&merged)) return fail({*reason});
  q.merged = std::move(std::get<Checked>(merged));
  q.merged.warnings.clear(); // given already
  q.merged.forming = good.forming;
  settle();
}

void HttpSource::settle() {
  auto& q = current();
  const auto now = dependencies_.clock->now();
  auto jumps = find_jumps(q.merged.candles, bounds_);
  std::erase_if(jumps, [&](const Jump& jump) {
    return confirmed_.contains(jump.at) ||
           std::any_of(q.other_candles.begin(), q.other_candles.end(),
                       [&](const SourceCandles& t) { return agrees(t, jump, bounds_).value_or(false); });
  });
  const auto left = q.deadline.value - now.value;
  while (!jumps.empty() && left > 0 && q.peers_asked < peers_.size()) {
    const auto& peer = peers_[q.peers_asked++];
    const auto source = peer.source.lock();
    if (!source) continue;
    // The answer comes on the worker, perhaps before cross_check() returns.
    return source->cross_check({jumps.front().before, after(jumps.back().at, 1, bounds_.interval), bounds_.interval},
                               std::min(left, cross_check_deadline),
                               [weak = weak_from_this(), number = ++request_, name = peer.name](std::vector<Candle> candles) {
                                 const auto self = weak.lock();
                                 if (!self || self->questions_.empty() || self->request_ != number) return;
                                 self->current().other_candles.push_back({name, std::move(candles)});
                                 self->settle();
                               });
  }

  auto settled = settle_jumps(std::move(q.merged), q.other_candles, confirmed_, bounds_);
  if (const auto* reason = std::get_if<std::string>(&settled)) return fail({*reason});
  const auto& all = std::get<Checked>(settled).candles;
  q.warnings = join_warnings(q.warnings, std::get<Checked>(settled).warnings);
  if (!all.empty()) confirmed_.erase(confirmed_.begin(), confirmed_.lower_bound(all.front().opens));
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
  if (const auto* reason = std::get_if<std::string>(&filled)) {
    history_.drop_from_gap(q.wanted);
    return fail({*reason});
  }
  auto& good = std::get<Checked>(filled);
  if (good.candles.empty() && !q.wanted.empty()) good.warnings = join_warnings(good.warnings, "no candle in the range");
  finish(CandlesArrived{q.ask.source, q.ask.ask, std::move(good.candles), join_warnings(q.warnings, good.warnings)});
}

void HttpSource::cross_check(const CandleRange& wanted, std::int64_t deadline_ms, CrossChecked done) {
  const auto now = dependencies_.clock->now();
  const auto from = [](const std::vector<Candle>& all, const CandleRange& range) {
    std::vector<Candle> some;
    std::copy_if(all.begin(), all.end(), std::back_inserter(some),
                 [&](const Candle& c) { return c.opens >= range.since && c.opens < range.until; });
    return some;
  };
  auto stored = from(history_.candles(), wanted);
  if (static_cast<std::int64_t>(stored.size()) == wanted.count()) return done(std::move(stored));
  auto ranges = within_reach(
    {{std::max(wanted.since, after(wanted.until, -source_.page, wanted.interval)), wanted.until, wanted.interval}}, now);
  if (ranges.empty() || now < silent_until_ || (source_.needs_token && endpoint_.token.empty())) return done(std::move(stored));
  auto request = source_.request(endpoint_, ranges.front());
  request.deadline_ms = std::min(request.deadline_ms, deadline_ms);
  dependencies_.http->ask(std::move(request),
                          [weak = weak_from_this(), worker = std::weak_ptr(dependencies_.worker), range = ranges.front(), from,
                           done = std::move(done)](std::variant<HttpAnswer, HttpFailed> answer) {
                            const auto to = worker.lock();
                            if (!to) return;
                            to->post([weak, range, from, done, answer = std::move(answer)] {
                              const auto self = weak.lock();
                              if (!self) return;
                              const auto* http = std::get_if<HttpAnswer>(&answer);
                              if (!http) return done({});
                              const auto now = self->dependencies_.clock->now();
                              auto parsed = self->source_.parse(*http, now);
                              if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
                                self->silent_until_ = {now.value + refusal->pause_ms};
                                return done({});
                              }
                              const auto checked = check_rows(std::move(std::get<Rows>(parsed).candles), now, self->bounds_);
                              const auto* good = std::get_if<Checked>(&checked);
                              done(good ? from(good->candles, range) : std::vector<Candle>{});
                            });
                          });
}

/// Redacts the body, not the sentence made of it, which may end in the middle of a secret.
Parsed HttpSource::read(const HttpAnswer& answer, Instant now) const {
  auto parsed = source_.parse(answer, now);
  if (!std::holds_alternative<Refusal>(parsed)) return parsed;
  auto redacted = source_.parse({answer.status, answer.headers, hidden(answer.body)}, now);
  return std::holds_alternative<Refusal>(redacted) ? std::move(redacted) : std::move(parsed);
}

std::string HttpSource::hidden(std::string sentence) const {
  return redact(endpoint_.token.redact(std::move(sentence)), secrets_);
}

void HttpSource::fail(const Refusal& refusal) {
  const auto& q = current();
  silent_until_ = {dependencies_.clock->now().value + refusal.pause_ms};
  finish(SourceFailed{q.ask.source, q.ask.ask, hidden(refusal.reason), refusal.pause_ms});
}

/// Fails the queued questions too: each would repeat the failing request.
void HttpSource::fail_all(const Refusal& refusal) {
  std::deque<Question> waiting(std::make_move_iterator(questions_.begin() + 1), std::make_move_iterator(questions_.end()));
  questions_.erase(questions_.begin() + 1, questions_.end());
  const auto reason = hidden(refusal.reason);
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
