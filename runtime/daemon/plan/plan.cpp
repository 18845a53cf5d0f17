#include "runtime/daemon/plan/plan.hpp"

#include "base/utc.hpp"
#include "model/inputs/joint_features.hpp"
#include "runtime/chain/signing/signer.hpp"
#include "runtime/config/host_environment.hpp"
#include "runtime/config/load.hpp"
#include "runtime/config/secret_source.hpp"
#include "runtime/daemon/plan/fee_settings.hpp"
#include "runtime/daemon/plan/foreign_plan.hpp"
#include "runtime/daemon/plan/shadow_plan.hpp"
#include "model/inputs/candles_csv.hpp"
#include "runtime/market/history.hpp"
#include "runtime/market/market.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <set>
#include <thread>
#include <tuple>
#include <utility>

namespace inferd {
namespace {

market::Token read_token(const SourceSettings& source) {
  market::Token token;
  if (!source.token) return token;
  const auto trouble =
    with_secret(source.token, real_host(), [&](std::string_view t) { token = market::Token(std::string(t)); });
  if (!trouble.empty())
    throw CannotStart("market.source \"" + source.name + "\"", source.table + ".token_env", "token: " + trouble);
  return token;
}

HttpHeaders read_headers_of(const SourceSettings& source) {
  auto headers = read_headers(source.headers, real_host());
  if (const auto* trouble = std::get_if<std::string>(&headers))
    throw CannotStart("market.source \"" + source.name + "\"", source.table + ".headers", *trouble);
  return std::get<HttpHeaders>(std::move(headers));
}

std::shared_ptr<MarketPort> market_of(const Config& config, const std::vector<const SourceSettings*>& sources,
                                      const FeedId& feed, const HostPorts& ports,
                                      std::shared_ptr<market::Worker> worker = nullptr) {
  const auto& symbol = feed.symbol;
  market::MarketSettings settings{
    .symbol = symbol, .cache_dir = config.candles_dir, .bounds = market::usual_bounds(feed.interval)};
  for (const auto* source : sources) {
    if (!offers(*source, symbol)) continue;
    const auto vendor_symbol = source->symbols.find(symbol);
    settings.sources.push_back({boost::describe::enum_to_string(source->kind, "?"), source->name, source->url, source->path,
                                vendor_symbol == source->symbols.end() ? "" : vendor_symbol->second, read_token(*source),
                                read_headers_of(*source)});
  }
  try {
    return market::make_market(std::move(settings), ports.http, ports.clock, std::move(worker));
  } catch (const std::invalid_argument& e) {
    CannotStart refused(e.what());
    if (sources.size() == 1) { // it is that one's fault
      refused.sentence = e.what();
      const auto is_about = [&](const char* word) { return refused.sentence.find(word) != std::string::npos; };
      refused.setting = sources.front()->table + (is_about("the token") ? ".token_env"
                                                  : is_about("symbol")  ? ".symbols"
                                                                        : ".kind");
    }
    throw refused;
  }
}

/// The feed in the plan, which is made when the first topic subscribes to it.
FeedPlan& feed_of(TreePlan& plan, const FeedId& id, const Config& config, const HostPorts& ports) {
  const auto it = std::find_if(plan.feeds.begin(), plan.feeds.end(), [&](const auto& f) { return f.fetcher.feed == id; });
  if (it != plan.feeds.end()) return *it;
  FetcherPolicy fetcher{.feed = id};
  for (const auto& source : config.sources)
    if (offers(source, id.symbol)) fetcher.sources.push_back(source_rule(source, id.interval));
  return plan.feeds.emplace_back(FeedPlan{std::move(fetcher), make_source_market(config, id, ports)});
}

bool serves(const WalletSettings& wallet, TopicId topic) {
  return wallet.topics.empty() || std::find(wallet.topics.begin(), wallet.topics.end(), topic) != wallet.topics.end();
}

void expect_address(const WalletSettings& wallet, const Wallet& key) {
  if (!wallet.address.empty() && wallet.address != key.address)
    throw CannotStart("wallet", wallet.table + ".address",
                      "the mnemonic gives " + key.address + " at " + hd_path_text(wallet.hd_path) +
                        ", but ALLORA_WALLET_ADDR or wallet.address says " + wallet.address);
}

/// Every feed has at least one source that the topic may use. `key`: the topic's setting that asks for the feed.
void expect_source(const Config& config, const TopicSettings& topic, const FeedId& feed, const char* key) {
  const auto usable = [&](const SourceSettings& s) {
    const auto& named = topic.sources;
    return offers(s, feed.symbol) && (named.empty() || std::find(named.begin(), named.end(), s.name) != named.end());
  };
  if (std::none_of(config.sources.begin(), config.sources.end(), usable))
    throw CannotStart("topic " + std::to_string(topic.id.value), topic.table + '.' + key,
                      "no market source has candles of " + feed.symbol + ": add a [[market.source]] that has" +
                        (topic.sources.empty() ? "" : ", and name it in topic.sources"));
}

CannotStart no_topic() { return {"topic", "topic", "none is left to answer: add a [[topic]]"}; }

CannotStart unusable_model(const TopicSettings& topic, const std::string& why) {
  return {"topic " + std::to_string(topic.id.value), topic.table + ".model", why};
}

} // namespace

std::shared_ptr<const SignerPort> load_signer(const WalletSettings& wallet) {
  std::shared_ptr<const SignerPort> signer;
  std::string problem;
  const auto unreadable = with_secret(wallet.mnemonic, real_host(), [&](std::string_view words) {
    auto made = chain::make_signer(SecretBytes::copy_of(words), wallet.hd_path);
    if (auto* why = std::get_if<std::string>(&made)) problem = *why;
    else signer = std::move(std::get<0>(made));
  });
  if (!unreadable.empty()) throw CannotStart("wallet", wallet.table + ".mnemonic", unreadable);
  if (!problem.empty()) throw CannotStart("wallet", wallet.table + ".mnemonic", place_of(wallet.mnemonic) + ": " + problem);
  return signer;
}

const WalletSettings& only_wallet(const Config& config) {
  if (config.wallets.size() == 1) return config.wallets.front();
  throw CannotStart("wallet", "wallet",
                    "one process serves one wallet, the configuration has " + std::to_string(config.wallets.size()) +
                      ": start one for each, with a configuration of its own");
}

std::shared_ptr<const Model> load_topic_model(const TopicSettings& topic) {
  try {
    auto model = std::make_shared<Model>(load_model(topic.model));
    model->expect(topic.symbol, topic.interval, topic.horizon_ms);
    if (const std::string output = boost::describe::enum_to_string(model->file().output, "?");
        !topic.target.empty() && output != topic.target && model->file().output != ModelOutput::probability)
      throw ModelError(topic.model + ": the model predicts " + output + ", target wants " + topic.target);
    return model;
  } catch (const std::exception& e) {
    throw unusable_model(topic, e.what());
  }
}

std::shared_ptr<MarketPort> make_source_market(const Config& config, const FeedId& feed, const HostPorts& ports) {
  std::vector<const SourceSettings*> sources;
  for (const auto& source : config.sources) sources.push_back(&source);
  return market_of(config, sources, feed, ports);
}

std::shared_ptr<MarketPort> make_source_market(const Config& config, const SourceSettings& source, const FeedId& feed,
                                               const HostPorts& ports) {
  return market_of(config, {&source}, feed, ports);
}

FetchHistory make_history(const Config& config, const FeedId& feed, const HostPorts& ports) {
  std::vector<std::string> files;
  std::vector<market::HistorySource> sources;
  const auto pair = market::split_symbol(feed.symbol);
  for (const auto& source : config.sources) {
    if (!offers(source, feed.symbol)) continue;
    if (source.kind == SourceKind::csv) {
      files.push_back(source.path);
      continue;
    }
    const auto* vendor = market::find_vendor(boost::describe::enum_to_string(source.kind, "?"));
    const auto own = source.symbols.find(feed.symbol);
    if (!vendor || (!pair && own == source.symbols.end())) continue;
    sources.push_back(
      {vendor,
       {source.url.empty() ? std::string(vendor->url) : source.url,
        own == source.symbols.end() ? vendor->spell(*pair) : own->second, read_token(source), read_headers_of(source)}});
  }
  return [files, sources, interval = feed.interval, http = ports.http,
          clock = ports.clock](Instant since, Instant until, const std::function<void(const std::string&)>& note) {
    std::map<Instant, Candle> found;
    for (const auto& file : files) {
      const auto rows = read_candle_rows(file).candles;
      if (is_shorter(rows, interval)) continue;
      for (const auto& c : rows)
        if (c.opens >= since && c.opens.value + interval.ms <= until.value && c.opens.value % interval.ms == 0)
          found.emplace(c.opens, c);
    }
    if (!sources.empty()) {
      const market::HistoryPorts ports{*http, *clock,
                                       [&](std::int64_t ms) {
                                         for (; ms > 0; ms -= 200) {
                                           note({});
                                           std::this_thread::sleep_for(
                                             std::chrono::milliseconds(std::min<std::int64_t>(ms, 200)));
                                         }
                                       },
                                       [&](const std::string& source, std::int64_t, std::int64_t) { note(source); }};
      const auto range = market::closed_range(since, until, clock->now(), interval);
      if (!range.empty())
        for (const auto& c : market::fetch_history(ports, sources, range, market::usual_bounds(interval)).candles)
          found.emplace(c.opens, c);
    }
    std::vector<Candle> candles;
    for (const auto& [opens, c] : found) candles.push_back(c);
    return candles;
  };
}

SourceRule source_rule(const SourceSettings& source, Interval interval) {
  const auto scaled =
    source.max_age_ms / ms_per_hour * interval.ms + source.max_age_ms % ms_per_hour * interval.ms / ms_per_hour;
  return {source.name, std::max<std::int64_t>(scaled, 300'000)};
}

std::vector<ConfigMistake> start_mistakes(const Config& config, Instant now) {
  std::vector<ConfigMistake> mistakes;
  const auto attempt = [&](const std::string& setting, const auto& step) {
    try {
      step();
    } catch (const CannotStart& e) {
      mistakes.push_back(
        mistake_in(config, e.setting.empty() ? setting : e.setting, e.sentence.empty() ? e.what() : e.sentence));
    }
  };
  attempt("wallet", [&] { only_wallet(config); });
  for (const auto& wallet : config.wallets) {
    const auto& key = wallet.mnemonic;
    if (key.kind == SecretSource::Kind::credential && key.place.empty()) continue; // outside of the unit
    attempt("wallet", [&] { expect_address(wallet, load_signer(wallet)->wallet()); });
  }
  std::set<std::pair<std::string, std::string>> tried; // models and sources, of which topics share one
  bool any = false;
  for (const auto& topic : config.topics) {
    if (config.wallets.size() == 1 && !serves(config.wallets.front(), topic.id)) continue;
    any = true;
    attempt(topic.table + ".model", [&] {
      const auto others =
        is_foreign(topic) ? plan_foreign(topic, models::ModelHost(checking_host())).others : load_topic_model(topic)->others();
      for (const auto& other : others) expect_source(config, topic, other.feed, "model");
      for (const auto& other : others)
        for (const auto& source : config.sources)
          if (offers(source, other.feed.symbol)) market_of(config, {&source}, other.feed, {}, market::make_inline_worker());
    });
    for (const auto& shadow : topic.shadows)
      attempt(shadow.setting, [&] { check_shadow(topic, shadow, models::ModelHost(checking_host())); });
    if (topic.guard) attempt(topic.table + ".guard", [&] { check_guard(topic); });
    attempt(topic.table, [&] { check_outside_settings(topic); });
    attempt(topic.table, [&] { expect_source(config, topic, {topic.symbol, topic.interval}, "symbol"); });
    for (const auto& source : config.sources)
      if (offers(source, topic.symbol) && tried.emplace(source.table, topic.symbol).second)
        attempt(source.table + ".symbols", [&] {
          market_of(config, {&source}, {topic.symbol, topic.interval}, {}, market::make_inline_worker());
        });
  }
  if (!any) attempt("topic", [] { throw no_topic(); });
  if (const auto until = config.schedule.until; until && *until <= now)
    mistakes.push_back(mistake_in(config, "schedule.until", utc_text(*until) + " is in the past: nothing would be answered"));
  return mistakes;
}

std::shared_ptr<TreePlan> make_plan(const Config& config, const WalletSettings& wallet, const HostPorts& ports, bool dry_run) {
  const auto address = ports.signer->wallet();
  expect_address(wallet, address);
  auto plan = std::make_shared<TreePlan>();
  plan->chain = ports.chain;
  plan->signer = ports.signer;
  plan->store = ports.store;
  plan->ledger.wallet = address;
  plan->ledger.day_cap = config.chain.day_cap;
  plan->ledger.group_commit_ms = limits::books_group_commit;
  plan->watcher.wallet = address;
  plan->submitter.wallet = address;
  plan->submitter.chain_id = config.chain.id;
  plan->submitter.fees = fee_policy(config.chain);
  plan->submitter.may_register = config.chain.may_register;
  plan->submitter.dry_run = dry_run;
  plan->scorer.emplace();
  plan->seed = static_cast<std::uint64_t>(ports.clock->now().value);

  std::map<std::tuple<std::string, std::string, Interval, std::int64_t, std::string>, std::shared_ptr<const Model>>
    models; // topics share a file's
  for (const auto& topic : config.topics) {
    if (!serves(wallet, topic.id)) continue;
    expect_source(config, topic, {topic.symbol, topic.interval}, "symbol");
    auto& feed_plan = feed_of(*plan, {topic.symbol, topic.interval}, config, ports);
    auto& feed = feed_plan.fetcher;
    feed.subscribers.push_back({.topic = topic.id, .sources = topic.sources});
    plan->watcher.topics.push_back(topic.id);
    TopicPlan planned{TimerPolicy{.topic = topic.id, .interval_ms = config.schedule.interval_s * 1000, .feed = feed.feed}, {}};
    std::vector<NeededCandles> others; ///< of further series
    if (is_foreign(topic)) {
      auto foreign = plan_foreign(topic, *ports.models);
      if (ports.open_models) planned.model = ports.models->open(foreign.spec, foreign.inputs, feed_plan.market);
      feed.subscribers.back().min_candles = foreign.candles;
      others = std::move(foreign.others);
      feed_plan.features.push_back(std::move(foreign.declared));
      planned.foreign = std::move(foreign.policy);
      plan->watcher.concluded_to_predictor.insert(topic.id);
    } else {
      check_outside_settings(topic);
      auto& model = models[{topic.model, topic.symbol, topic.interval, topic.horizon_ms, topic.target}];
      if (!model) model = load_topic_model(topic);
      feed.subscribers.back().min_candles = std::max<std::size_t>(model->needed_candles(), 1);
      if (model->needs_features()) feed_plan.features.push_back({topic.id, model->features(), model->context().horizon});
      planned.predictor = PredictorPolicy{topic.id, model};
      others = model->others();
    }
    for (const auto& other : others) { // feed_plan and feed are not valid behind feed_of
      expect_source(config, topic, other.feed, "model");
      feed_of(*plan, other.feed, config, ports)
        .fetcher.subscribers.push_back(
          {.topic = topic.id, .sources = topic.sources, .min_candles = other.candles, .joins = planned.timer.feed});
      planned.timer.others.push_back(other.feed);
    }
    auto& own = feed_of(*plan, planned.timer.feed, config, ports);
    plan_models(topic, ports, own, planned);
    const JointFeatures all(planned.features, {topic.interval, topic.horizon_ms / topic.interval.ms}); // also the shadows'
    for (const auto& other : planned.timer.others) // the last subscriber is this topic
      feed_of(*plan, other, config, ports).fetcher.subscribers.back().preferred_candles =
        all.needed(series_name(other, planned.timer.feed));
    for (const auto& shadow : planned.shadows)
      if (std::holds_alternative<ForeignPolicy>(shadow.policy)) plan->watcher.concluded_to_predictor.insert(topic.id);
    if (planned.keeps_state) plan->watcher.concluded_to_predictor.insert(topic.id);
    plan->scorer->topics.push_back(scored_topic(topic, planned));
    plan->topics.push_back(std::move(planned));
  }
  if (plan->topics.empty()) throw no_topic();
  return plan;
}

} // namespace inferd
