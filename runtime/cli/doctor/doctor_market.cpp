#include "runtime/cli/doctor/doctor_market.hpp"

#include "actors/pipeline/fetcher_core.hpp"
#include "base/future_of.hpp"
#include "base/utc.hpp"
#include "model/inputs/joint_features.hpp"
#include "runtime/daemon/plan/foreign_plan.hpp"
#include "runtime/daemon/plan/plan.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <future>
#include <map>

namespace inferd::cli {
namespace {

using Kind = Finding::Kind;

/// One source's candles of one feed, asked for and judged by the fetcher's own code.
struct Probe {
  const SourceSettings* source{};
  FeedId feed;
  std::vector<TopicId> topics; ///< that may use it
  std::size_t min_candles{};   ///< the most that one of them needs

  std::shared_ptr<MarketPort> market;
  std::unique_ptr<FetcherCore> core;
  std::future<MarketPort::Answer> answer;
  std::string fault; ///< empty: usable
  std::string seen;
};

/// "btcusd", "btcusd/1m"
std::string shown(const FeedId& feed) { return feed.interval == one_hour ? feed.symbol : feed_name(feed); }

bool may_use(const TopicSettings& topic, const SourceSettings& source) {
  return topic.sources.empty() || std::find(topic.sources.begin(), topic.sources.end(), source.name) != topic.sources.end();
}

/// Of the topic's own candles, and of the further series of its model's features.
std::vector<NeededCandles> needs_of(const TopicSettings& topic) {
  const FeedId own{topic.symbol, topic.interval};
  std::vector<NeededCandles> needs;
  try {
    if (is_foreign(topic)) {
      const auto plan = plan_foreign(topic, models::ModelHost(checking_host()));
      needs = plan.others;
      needs.insert(needs.begin(), {own, plan.candles});
    } else {
      const auto model = load_topic_model(topic);
      needs = model->others();
      needs.insert(needs.begin(), {own, std::max<std::size_t>(model->needed_candles(), 1)});
    }
    return needs;
  } catch (const CannotStart&) { // reported by check_models
    return {{own, Subscriber{}.min_candles}};
  }
}

std::vector<Probe> probes_of(const Config& config, bool offline) {
  std::vector<Probe> probes;
  for (const auto& topic : config.topics) {
    for (const auto& [feed, candles] : needs_of(topic))
      for (const auto& source : config.sources) {
        if (!may_use(topic, source) || !offers(source, feed.symbol) || (offline && !source.url.empty())) continue;
        auto it = std::find_if(probes.begin(), probes.end(),
                               [&, &of = feed](const Probe& p) { return p.source == &source && p.feed == of; });
        if (it == probes.end()) it = probes.insert(it, Probe{.source = &source, .feed = feed});
        it->topics.push_back(topic.id);
        it->min_candles = std::max(it->min_candles, candles);
      }
  }
  return probes;
}

void ask(Probe& p, const Config& config, const HostPorts& ports) {
  try {
    p.market = make_source_market(config, *p.source, p.feed, ports);
  } catch (const CannotStart& e) {
    p.fault = e.sentence.empty() ? e.what() : e.sentence;
    return;
  }
  const auto topic = p.topics.front();
  p.core = std::make_unique<FetcherCore>(
    FetcherPolicy{.feed = p.feed,
                  .sources = {source_rule(*p.source, p.feed.interval)},
                  .subscribers = {{.topic = topic, .sources = {}, .min_candles = p.min_candles}}});
  for (const auto& effect : p.core->on(PrepareWindow{topic, Height{1}, Height{1}, ports.clock->now()}, ports.clock->now()))
    if (const auto* question = std::get_if<AskCandles>(&effect))
      p.answer = future_of<MarketPort::Answer>([&](auto then) { p.market->ask(*question, std::move(then)); });
}

void judge(Probe& p, Instant now) {
  if (!p.answer.valid()) return;
  const auto answer = p.answer.get();
  const auto effects = std::visit([&](const auto& a) { return p.core->on(a, now); }, answer);
  const bool usable = std::any_of(effects.begin(), effects.end(), [](const FetcherCore::Effect& e) {
    const auto* fetched = std::get_if<CandlesFetched>(&e);
    return fetched && !fetched->windows.empty();
  });
  if (!usable) p.fault = p.core->sources().front().last_failure;
  else if (const auto* arrived = std::get_if<CandlesArrived>(&answer))
    p.seen = fmt::format("{} candles of {}, the newest opened {}{}", arrived->candles.size(), shown(p.feed),
                         utc_text(arrived->candles.back().opens), arrived->warnings.empty() ? "" : "; " + arrived->warnings);
}

} // namespace

std::vector<Finding> check_markets(const Config& given, std::shared_ptr<HttpPort> http, std::shared_ptr<ClockPort> clock,
                                   bool offline) {
  auto config = given;
  config.candles_dir.clear(); // the doctor changes nothing
  const HostPorts ports{.clock = clock, .http = std::move(http), .chain = nullptr, .signer = nullptr, .store = nullptr};
  auto probes = probes_of(config, offline);
  for (auto& p : probes) ask(p, config, ports);
  std::map<std::pair<TopicId, std::string>, bool> served; // by topic and what it shows of a feed
  for (auto& p : probes) {
    judge(p, clock->now());
    for (const auto topic : p.topics) served[{topic, shown(p.feed)}] |= p.fault.empty();
  }
  std::vector<Finding> findings;
  const auto other = std::find_if(config.topics.begin(), config.topics.end(),
                                  [&](const auto& t) { return t.symbol != config.topics.front().symbol; });
  for (const auto& source : config.sources)
    if (source.kind == SourceKind::csv && source.symbol.empty() && other != config.topics.end())
      findings.push_back({Kind::doubtful, "market " + source.name,
                          fmt::format("its file is read for {} and for {} alike", config.topics.front().symbol, other->symbol),
                          fmt::format("say in {}.symbol of which its candles are", source.table)});
  for (const auto& p : probes) {
    const auto what = "market " + p.source->name;
    if (p.fault.empty()) findings.push_back({Kind::fine, what, p.seen, {}});
    else
      findings.push_back({Kind::doubtful, what, fmt::format("no usable candles of {}: {}", shown(p.feed), p.fault),
                          "the next source is used; correct this one's address, token or symbol, or take it out"});
  }
  for (const auto& [needed, usable] : served)
    if (!usable)
      findings.push_back({Kind::wrong, fmt::format("topic {}", needed.first.value),
                          fmt::format("none of its market sources has usable candles of {}", needed.second),
                          "add a [[market.source]] that has: without candles every window is missed"});
  return findings;
}

} // namespace inferd::cli
