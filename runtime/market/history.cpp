#include "runtime/market/history.hpp"

#include "base/future_of.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <future>
#include <map>

namespace inferd::market {
namespace {

constexpr std::int64_t longest_wait = 60'000, first_wait = 1'000, grace = 5'000;

std::variant<HttpAnswer, HttpFailed> ask(HttpPort& http, HttpRequest request) {
  using Answer = std::variant<HttpAnswer, HttpFailed>;
  const auto deadline = std::chrono::milliseconds(request.deadline_ms + grace);
  auto answer = future_of<Answer>([&](auto then) { http.ask(std::move(request), std::move(then)); });
  if (answer.wait_for(deadline) != std::future_status::ready) return HttpFailed{"no answer"};
  return answer.get();
}

/// The rows of one page, or why there are none.
std::variant<Rows, std::string> page_of(const HistoryPorts& ports, const HistorySource& source, const CandleRange& page,
                                        int tries) {
  std::string why;
  for (auto wait = first_wait; tries > 0; --tries, wait *= 2) {
    const auto answer = ask(ports.http, source.vendor->request(source.endpoint, page));
    std::int64_t pause = wait;
    if (const auto* failed = std::get_if<HttpFailed>(&answer)) {
      why = failed->reason;
    } else {
      auto reply = std::get<HttpAnswer>(answer);
      auto parsed = source.vendor->parse(reply, ports.clock.now());
      if (auto* rows = std::get_if<Rows>(&parsed)) return std::move(*rows);
      reply.body = source.endpoint.token.redact(std::move(reply.body)); // the sentence may end in the middle of it
      parsed = source.vendor->parse(reply, ports.clock.now());
      if (!std::holds_alternative<Refusal>(parsed)) return "an answer that cannot be shown";
      why = std::get<Refusal>(parsed).reason;
      pause = std::max(pause, std::get<Refusal>(parsed).pause_ms);
    }
    if (tries > 1) ports.pause(std::min(pause, longest_wait));
  }
  return why;
}

class Fetch {
public:
  Fetch(const HistoryPorts& ports, const CandleRange& range, const Bounds& bounds, int tries)
    : ports_(ports), range_(range), bounds_(bounds), tries_(tries) {}

  /// Requests each missing range from the source.
  void from(const HistorySource& source) {
    const std::string name(source.vendor->kind);
    for (auto missing : this->missing()) {
      if (const auto reach = source.vendor->reach; reach > 0) {
        const auto oldest = after(opening_at(ports_.clock.now(), range_.interval), 1 - reach, range_.interval);
        if (missing.since < oldest)
          note(fmt::format("{} has nothing before {}: it serves the newest {} candles only", name, utc_text(oldest), reach));
        missing.since = std::max(missing.since, oldest);
      }
      for (; !missing.empty(); missing.since = after(missing.since, source.vendor->page, range_.interval)) {
        const CandleRange page{
          missing.since, std::min(missing.until, after(missing.since, source.vendor->page, range_.interval)), range_.interval};
        auto rows = page_of(ports_, source, page, tries_);
        if (const auto* why = std::get_if<std::string>(&rows))
          return note(fmt::format("{} gave nothing from {} on: {}", name, utc_text(page.since), *why));
        keep(std::move(std::get<Rows>(rows)), page, name);
        ports_.progress(name, static_cast<std::int64_t>(candles_.size()), range_.count());
      }
    }
  }

  History history() && {
    History out;
    for (auto& [opens, candle] : candles_) out.candles.push_back(candle);
    out.notes = std::move(notes_);
    return out;
  }

private:
  void note(std::string sentence) {
    if (std::find(notes_.begin(), notes_.end(), sentence) == notes_.end()) notes_.push_back(std::move(sentence));
  }
  void keep(Rows rows, const CandleRange& page, const std::string& name) {
    if (!rows.warnings.empty()) note(name + ": " + rows.warnings);
    auto checked = check_rows(std::move(rows.candles), ports_.clock.now(), bounds_);
    if (const auto* why = std::get_if<std::string>(&checked))
      return note(fmt::format("{}, from {} on: {}", name, utc_text(page.since), *why));
    auto& good = std::get<Checked>(checked);
    if (!good.warnings.empty()) note(fmt::format("{}, from {} on: {}", name, utc_text(page.since), good.warnings));
    for (const auto& c : good.candles)
      if (c.opens >= page.since && c.opens < page.until) candles_.emplace(c.opens, c);
  }
  std::vector<CandleRange> missing() const {
    std::vector<CandleRange> out;
    auto next = range_.since;
    const auto add = [&](Instant until) {
      if (next < until) out.push_back({next, until, range_.interval});
    };
    for (const auto& [opens, candle] : candles_) {
      add(opens);
      next = after(opens, 1, range_.interval);
    }
    add(range_.until);
    return out;
  }

  const HistoryPorts& ports_;
  CandleRange range_;
  Bounds bounds_;
  int tries_;
  std::map<Instant, Candle> candles_;
  std::vector<std::string> notes_;
};

} // namespace

History fetch_history(const HistoryPorts& ports, const std::vector<HistorySource>& sources, const CandleRange& range,
                      const Bounds& bounds, int tries) {
  Fetch fetch(ports, range, bounds, tries);
  for (const auto& source : sources) fetch.from(source);
  return std::move(fetch).history();
}

} // namespace inferd::market
