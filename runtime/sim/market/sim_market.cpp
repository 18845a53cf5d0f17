#include "runtime/sim/market/sim_market.hpp"

#include "runtime/market/candle_range.hpp"
#include "runtime/market/pair.hpp"
#include "runtime/market/vendors/vendor_api.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <fmt/format.h>
#include <map>
#include <optional>

namespace inferd::sim {
namespace {

using market::after;
using market::opening_at;

HttpAnswer json(unsigned status, std::string body) { return {status, {{"content-type", "application/json"}}, std::move(body)}; }

struct Target {
  std::string path;
  std::map<std::string, std::string> query;
  std::string get(const std::string& name) const { return query.contains(name) ? query.at(name) : std::string(); }
};

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte{};
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16).ptr == text.data() + i + 3) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

Target target_of(std::string_view url) {
  if (const auto scheme = url.find("://"); scheme != url.npos) {
    const auto slash = url.find('/', scheme + 3);
    url = slash == url.npos ? std::string_view("/") : url.substr(slash);
  }
  const auto mark = std::min(url.find('?'), url.size());
  Target target{std::string(url.substr(0, mark)), {}};
  for (auto rest = url.substr(std::min(mark + 1, url.size())); !rest.empty();) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    const auto equals = std::min(pair.find('='), pair.size());
    target.query[decoded(pair.substr(0, equals))] = decoded(pair.substr(std::min(equals + 1, pair.size())));
  }
  return target;
}

std::optional<std::int64_t> whole(const std::string& text) {
  std::int64_t value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

Interval interval_of(const std::vector<Candle>& candles) {
  return candles.size() < 2 ? one_hour : Interval{candles[1].opens.value - candles[0].opens.value};
}

/// The current candle: `part` of the way from open to close; high and low span only these two.
Candle forming(const Candle& whole, double part) {
  Candle c = whole;
  c.close = whole.open + (whole.close - whole.open) * part;
  c.high = std::max(c.open, c.close);
  c.low = std::min(c.open, c.close);
  c.volume = whole.volume * part;
  return c;
}

} // namespace

struct SimMarket::Faults {
  std::map<MarketFault, std::int64_t> amounts;
  bool has(MarketFault f) const { return amounts.contains(f); }
  std::int64_t of(MarketFault f) const { return has(f) ? amounts.at(f) : 0; }
};

SimMarket::SimMarket(std::vector<Candle> candles, Now now, SimMarketSettings settings)
  : now_(std::move(now)), settings_(std::move(settings)) {
  assert(market::split_symbol(settings_.symbol));
  add(std::move(candles));
}

void SimMarket::add(std::vector<Candle> candles) {
  assert(!candles.empty());
  const auto interval = interval_of(candles);
  for (std::size_t i = 0; i < candles.size(); ++i)
    assert(market::is_opening(candles[i].opens, interval) &&
           candles[i].opens == after(candles[0].opens, std::int64_t(i), interval));
  candles_[interval] = std::move(candles);
}

std::optional<Interval> SimMarket::served_interval(const std::string& name, const std::array<const char*, 4>& names) const {
  constexpr std::int64_t minutes[] = {1, 5, 60, 1'440};
  for (std::size_t i = 0; i < names.size(); ++i)
    if (const Interval interval{minutes[i] * 60'000}; name == names[i] && candles_.contains(interval)) return interval;
  return {};
}

void SimMarket::inject(MarketFault fault, std::int64_t amount, std::uint32_t times) {
  std::lock_guard lock(mutex_);
  if (times > 0) pending_.push_back({fault, amount, times});
}

void SimMarket::clear_faults() {
  std::lock_guard lock(mutex_);
  pending_.clear();
}

std::uint64_t SimMarket::served() const {
  std::lock_guard lock(mutex_);
  return served_;
}

SimMarket::Faults SimMarket::take_faults() {
  std::lock_guard lock(mutex_);
  ++served_;
  Faults faults;
  for (auto& p : pending_)
    if (faults.amounts.emplace(p.fault, p.amount).second) --p.times; // faults of the same kind apply one after the other
  std::erase_if(pending_, [](const Pending& p) { return p.times == 0; });
  return faults;
}

std::vector<Candle> SimMarket::visible(Interval interval, const Faults& faults) const {
  const auto now = now_();
  const auto current = opening_at(now, interval);
  std::vector<Candle> out;
  for (const auto& c : candles_.at(interval)) {
    if (c.opens > current) break;
    out.push_back(c.opens == current ? forming(c, double(now.value - current.value) / double(interval.ms)) : c);
  }
  const auto closed = [&] { return std::int64_t(out.size()) - (!out.empty() && out.back().opens == current); };
  if (faults.has(MarketFault::Jump) && closed() > 0) {
    auto& c = out[std::size_t(closed() - 1)];
    for (auto* price : {&c.open, &c.high, &c.low, &c.close}) *price *= double(faults.of(MarketFault::Jump));
  }
  if (faults.has(MarketFault::Gap) && closed() > 1) {
    const auto last = out.begin() + closed() - 1;
    out.erase(last - std::min(faults.of(MarketFault::Gap), closed() - 1), last);
  }
  if (faults.has(MarketFault::Stale)) {
    const auto newest = after(current, -faults.of(MarketFault::Stale), interval);
    std::erase_if(out, [&](const Candle& c) { return c.opens >= newest; });
  }
  return out;
}

HttpAnswer SimMarket::tiingo(const HttpRequest& request, const Faults& faults) const {
  const auto target = target_of(request.url);
  std::string token = target.get("token");
  for (const auto& [name, value] : request.headers)
    if ((name == "Authorization" || name == "authorization") && value.starts_with("Token ")) token = value.substr(6);
  if (token.empty()) return json(401, R"({"detail":"Please supply a token"})");
  if (token != settings_.token) return json(401, R"({"detail":"Invalid token."})");
  const auto interval = served_interval(target.get("resampleFreq"), {"1min", "5min", "1hour", "1day"});
  if (!interval) return json(400, R"({"detail":"This resampleFreq is not served here"})");
  if (target.get("tickers") != settings_.symbol) return json(200, "[]");

  const auto candles = visible(*interval, faults);
  auto since = after(candles.empty() ? Instant{} : candles.back().opens, -24), until = market::latest;
  if (const auto text = target.get("startDate"); !text.empty()) {
    const auto t = market::parse_iso(text);
    if (!t) return json(400, R"({"detail":"startDate is not a date"})");
    since = *t;
  }
  if (const auto text = target.get("endDate"); !text.empty()) {
    const auto t = market::parse_iso(text);
    if (!t) return json(400, R"({"detail":"endDate is not a date"})");
    until = *t;
  }
  std::string rows;
  std::size_t count = 0;
  for (const auto& c : candles) {
    if (c.opens < since || c.opens > until) continue;
    if (count++ == settings_.tiingo_rows) break;
    auto date = utc_text(c.opens);
    date.replace(date.size() - 1, 1, "+00:00");
    rows += fmt::format(
      R"({}{{"date":"{}","open":{},"high":{},"low":{},"close":{},"volume":{},"volumeNotional":{},"tradesDone":{}}})",
      rows.empty() ? "" : ",", date, c.open, c.high, c.low, c.close, c.volume, c.volume * c.close, 1 + int(c.volume));
  }
  const auto pair = *market::split_symbol(settings_.symbol);
  return json(200, fmt::format(R"([{{"ticker":"{}","baseCurrency":"{}","quoteCurrency":"{}","priceData":[{}]}}])",
                               settings_.symbol, pair.base, pair.quote, rows));
}

HttpAnswer SimMarket::binance(const HttpRequest& request, const Faults& faults) const {
  const auto target = target_of(request.url);
  if (target.get("symbol") != market::binance.spell(*market::split_symbol(settings_.symbol)))
    return json(400, R"({"code":-1121,"msg":"Invalid symbol."})");
  const auto interval = served_interval(target.get("interval"), {"1m", "5m", "1h", "1d"});
  if (!interval) return json(400, R"({"code":-1120,"msg":"Invalid interval."})");
  const auto number = [&](const char* name, std::int64_t otherwise) {
    const auto text = target.get(name);
    return text.empty() ? std::optional(otherwise) : whole(text);
  };
  const auto since = number("startTime", -1), until = number("endTime", market::latest.value), limit = number("limit", 500);
  if (!since || !until || !limit || *limit < 1)
    return json(400, R"({"code":-1100,"msg":"Illegal characters found in a parameter."})");

  const auto candles = visible(*interval, faults);
  auto first = candles.begin(), last = candles.end();
  while (last != first && (last - 1)->opens.value > *until) --last;
  const auto most = std::min<std::ptrdiff_t>(1'000, static_cast<std::ptrdiff_t>(std::min<std::int64_t>(*limit, 1'000)));
  if (*since < 0) first = std::max(first, last - std::min(most, last - first)); // without a start: the newest
  while (first != last && first->opens.value < *since) ++first;
  if (last - first > most) last = first + most;

  std::string rows;
  for (; first != last; ++first)
    rows += fmt::format(R"({}[{},"{:.8f}","{:.8f}","{:.8f}","{:.8f}","{:.8f}",{},"{:.8f}",{},"{:.8f}","{:.8f}","0"])",
                        rows.empty() ? "" : ",", first->opens.value, first->open, first->high, first->low, first->close,
                        first->volume, first->opens.value + interval->ms - 1, first->volume * first->close,
                        1 + int(first->volume), first->volume / 2, first->volume * first->close / 2);
  return json(200, '[' + rows + ']');
}

SimMarket::Served SimMarket::serve(const HttpRequest& request) {
  const auto faults = take_faults();
  Served out{{}, faults.of(MarketFault::Slow)};
  const auto path = target_of(request.url).path;
  if (faults.has(MarketFault::RateLimited)) {
    out.answer = json(429, R"({"code":-1003,"msg":"Too many requests."})");
    out.answer.headers.emplace_back("retry-after", std::to_string(faults.of(MarketFault::RateLimited)));
  } else if (faults.has(MarketFault::Unavailable)) {
    out.answer = {503, {{"content-type", "text/html"}}, "<html>503 Service Unavailable</html>"};
  } else if (request.method != "GET") {
    out.answer = json(405, R"({"detail":"Method not allowed."})");
  } else if (path == "/tiingo/crypto/prices") {
    out.answer = tiingo(request, faults);
  } else if (path == "/api/v3/klines") {
    out.answer = binance(request, faults);
  } else {
    out.answer = json(404, R"({"detail":"Not found."})");
  }
  if (faults.has(MarketFault::Garbage)) out.answer.body.resize(out.answer.body.size() / 2);
  return out;
}

std::vector<Candle> moved_to(std::vector<Candle> candles, std::size_t index, Instant now) {
  assert(index < candles.size());
  const auto shift = opening_at(now, interval_of(candles)).value - candles[index].opens.value;
  for (auto& c : candles) c.opens.value += shift;
  return candles;
}

SimHttp::SimHttp(std::shared_ptr<SimMarket> market, Mode mode) : market_(std::move(market)), mode_(mode) {}

void SimHttp::ask(HttpRequest request, Done done) {
  {
    std::lock_guard lock(mutex_);
    ++requests_;
    recent_.push_back(request);
    if (recent_.size() > 64) recent_.pop_front();
    if (mode_ == Mode::Queued) {
      waiting_.emplace_back(std::move(request), std::move(done));
      return;
    }
  }
  respond(request, done);
}

void SimHttp::respond(const HttpRequest& request, const Done& done) {
  auto served = market_->serve(request);
  if (served.delay_ms >= request.deadline_ms)
    done(HttpFailed{fmt::format("simulated market: no answer within {} ms", request.deadline_ms)});
  else if (served.answer.body.size() > request.max_body)
    done(HttpFailed{fmt::format("simulated market: the answer is longer than {} bytes", request.max_body)});
  else done(std::move(served.answer));
}

std::size_t SimHttp::pump() {
  std::vector<std::pair<HttpRequest, Done>> now;
  {
    std::lock_guard lock(mutex_);
    now.swap(waiting_);
  }
  for (const auto& [request, done] : now) respond(request, done);
  return now.size();
}

std::uint64_t SimHttp::requests() const {
  std::lock_guard lock(mutex_);
  return requests_;
}

std::deque<HttpRequest> SimHttp::recent() const {
  std::lock_guard lock(mutex_);
  return recent_;
}

} // namespace inferd::sim
