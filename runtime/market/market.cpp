#include "runtime/market/market.hpp"

#include "base/duration.hpp"
#include "messages/limits.hpp"
#include "runtime/endpoints/url.hpp"
#include "runtime/market/csv_source.hpp"
#include "runtime/market/http_source.hpp"

#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <map>
#include <stdexcept>

namespace inferd::market {
namespace {

using Count = std::atomic<std::size_t>;

/// Calls `done` exactly once: through give() or from the destructor.
class Reply {
public:
  Reply(const AskCandles& ask, CandleSource::Done done, std::shared_ptr<Count> under_way)
    : source_(ask.source), ask_(ask.ask), done_(std::move(done)), under_way_(std::move(under_way)) {}
  Reply(const Reply&) = delete;
  ~Reply() { give(SourceFailed{source_, ask_, "the market is closing"}); }

  void give(MarketPort::Answer answer) {
    if (!done_) return;
    --*under_way_;
    std::exchange(done_, nullptr)(std::move(answer));
  }

private:
  std::string source_;
  std::uint64_t ask_;
  CandleSource::Done done_;
  std::shared_ptr<Count> under_way_;
};

class Market : public MarketPort {
public:
  Market(std::map<std::string, std::shared_ptr<CandleSource>> sources, std::shared_ptr<Worker> worker)
    : sources_(std::move(sources)), worker_(std::move(worker)) {}
  ~Market() override { worker_->stop(); } // before the sources and their queues are destroyed

  void ask(const AskCandles& ask, CandleSource::Done done) override {
    const auto source = sources_.find(ask.source);
    if (source == sources_.end()) return done(SourceFailed{ask.source, ask.ask, "no such source"});
    if (++*under_way_ > limits::market_requests) {
      --*under_way_;
      return done(SourceFailed{ask.source, ask.ask, fmt::format("{} questions under way", limits::market_requests)});
    }
    auto reply = std::make_shared<Reply>(ask, std::move(done), under_way_);
    worker_->post([ask, source = std::weak_ptr(source->second), reply = std::move(reply)] {
      if (const auto to = source.lock()) to->ask(ask, [reply](Answer answer) { reply->give(std::move(answer)); });
    });
  }

private:
  std::shared_ptr<Count> under_way_ = std::make_shared<Count>(0);
  std::map<std::string, std::shared_ptr<CandleSource>> sources_;
  std::shared_ptr<Worker> worker_;
};

struct SourceFactory {
  const MarketSettings& settings;
  HttpSource::Dependencies dependencies;

  [[noreturn]] static void refuse(const std::string& name, const std::string& what) {
    throw std::invalid_argument(fmt::format("market source {}: {}", name, what));
  }

  /// The symbol, and the interval unless it is an hour.
  std::string cache_symbol() const {
    const auto interval = settings.bounds.interval;
    return interval == one_hour ? settings.symbol : settings.symbol + '_' + duration_text(interval.ms);
  }

  std::shared_ptr<CandleSource> make(const std::string& name, SourceSettings s) const {
    if (s.kind == "csv") {
      if (s.path.empty()) refuse(name, "path is missing");
      return std::make_shared<CsvSource>(std::move(s.path), dependencies.clock, settings.bounds);
    }
    const auto* source = find_vendor(s.kind);
    if (!source) refuse(name, fmt::format("kind \"{}\" is none of {}", printable(s.kind), source_kinds()));
    if (s.url.empty()) s.url = source->url;
    while (s.url.ends_with('/')) s.url.pop_back();
    if (!s.url.starts_with("http://") && !s.url.starts_with("https://"))
      refuse(name, "url must begin with http:// or https://");
    const auto url = parse_http_url(s.url);
    if (const auto* wrong = std::get_if<std::string>(&url)) refuse(name, *wrong);
    auto secrets = secrets_of(std::get<Url>(url));
    for (auto& secret : secrets_of(s.headers)) secrets.push_back(std::move(secret));
    if (s.symbol.empty()) {
      const auto pair = split_symbol(settings.symbol);
      if (!pair)
        refuse(name, fmt::format("symbol \"{}\" is not a base and a quote such as btcusd", printable(settings.symbol)));
      s.symbol = source->spell(*pair);
    }
    const auto& token = s.token.reveal();
    if (std::any_of(token.begin(), token.end(), [](char c) { return c <= ' ' || c > '~'; }))
      refuse(name, "the token holds a space or a control character");
    CandleCache cache;
    if (!settings.cache_dir.empty())
      cache = CandleCache(settings.cache_dir / cache_name(name, cache_symbol(), s.kind + ' ' + s.url + ' ' + s.symbol));
    return std::make_shared<HttpSource>(
      *source, Endpoint{std::move(s.url), std::move(s.symbol), std::move(s.token), std::move(s.headers)}, std::move(secrets),
      std::move(cache), settings.bounds, dependencies);
  }
};

} // namespace

std::string source_kinds() {
  std::string kinds = "csv";
  for (const auto* vendor : vendors()) (kinds += ", ") += vendor->kind;
  return kinds;
}

std::shared_ptr<MarketPort> make_market(MarketSettings settings, std::shared_ptr<HttpPort> http,
                                        std::shared_ptr<ClockPort> clock, std::shared_ptr<Worker> worker) {
  if (!worker) worker = make_thread_worker();
  const SourceFactory maker{settings, {std::move(http), std::move(clock), worker}};
  std::map<std::string, std::shared_ptr<CandleSource>> sources;
  std::vector<HttpSource::Peer> in_order;
  for (auto& s : settings.sources) {
    const auto name = s.name.empty() ? s.kind : s.name;
    if (sources.contains(name)) SourceFactory::refuse(name, "there are two of this name: give one a name of its own");
    sources[name] = maker.make(name, std::move(s));
    in_order.push_back({name, sources[name]});
  }
  for (const auto& [name, source] : sources)
    if (const auto http_source = std::dynamic_pointer_cast<HttpSource>(source)) {
      auto others = in_order;
      std::erase_if(others, [&](const auto& peer) { return peer.name == name; });
      http_source->know(std::move(others));
    }
  return std::make_shared<Market>(std::move(sources), std::move(worker));
}

} // namespace inferd::market
