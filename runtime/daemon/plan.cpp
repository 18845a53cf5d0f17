#include "runtime/daemon/plan.hpp"

#include "model/model.hpp"
#include "runtime/chain/signing/signer.hpp"
#include "runtime/config/host_environment.hpp"
#include "runtime/config/secret_source.hpp"
#include "runtime/daemon/fee_settings.hpp"
#include "runtime/market/market.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace inferd {
namespace {

market::Token read_token(const SourceSettings& source) {
  market::Token token;
  if (!source.token) return token;
  const auto trouble =
    with_secret(source.token, real_host(), [&](std::string_view t) { token = market::Token(std::string(t)); });
  if (!trouble.empty()) throw CannotStart("market.source \"" + source.name + "\": token: " + trouble);
  return token;
}

HttpHeaders read_headers_of(const SourceSettings& source) {
  auto headers = read_headers(source.headers, real_host());
  if (const auto* trouble = std::get_if<std::string>(&headers))
    throw CannotStart("market.source \"" + source.name + "\": " + *trouble);
  return std::get<HttpHeaders>(std::move(headers));
}

std::shared_ptr<MarketPort> market_of(const Config& config, const std::string& symbol, const HostPorts& ports) {
  market::MarketSettings settings{.symbol = symbol, .cache_dir = config.candles_dir};
  for (const auto& source : config.sources) {
    const auto vendor_symbol = source.symbols.find(symbol);
    settings.sources.push_back({boost::describe::enum_to_string(source.kind, "?"), source.name, source.url, source.path,
                                vendor_symbol == source.symbols.end() ? "" : vendor_symbol->second, read_token(source),
                                read_headers_of(source)});
  }
  try {
    return market::make_market(std::move(settings), ports.http, ports.clock);
  } catch (const std::invalid_argument& e) {
    throw CannotStart(e.what());
  }
}

/// The feed in the plan, which is made when the first topic subscribes to it.
FeedPlan& feed_of(TreePlan& plan, const FeedId& id, const Config& config, const HostPorts& ports) {
  const auto it = std::find_if(plan.feeds.begin(), plan.feeds.end(), [&](const auto& f) { return f.fetcher.feed == id; });
  if (it != plan.feeds.end()) return *it;
  FetcherPolicy fetcher{.feed = id};
  for (const auto& source : config.sources) fetcher.sources.push_back({source.name, source.max_age_ms});
  return plan.feeds.emplace_back(FeedPlan{std::move(fetcher), market_of(config, id.symbol, ports)});
}

using Models = std::map<std::string, std::shared_ptr<const Model>>; ///< by path: topics share a file's model

std::shared_ptr<const Model> model_of(const TopicSettings& topic, Models& loaded) {
  try {
    auto& model = loaded[topic.model];
    if (!model) model = std::make_shared<Model>(load_model(topic.model));
    model->expect(topic.symbol, topic.horizon_hours);
    return model;
  } catch (const std::exception& e) {
    throw CannotStart("topic " + std::to_string(topic.id.value) + ": " + e.what());
  }
}

} // namespace

std::shared_ptr<const SignerPort> load_signer(const WalletSettings& wallet) {
  std::shared_ptr<const SignerPort> signer;
  std::string problem;
  const auto unreadable = with_secret(wallet.mnemonic, real_host(), [&](std::string_view words) {
    auto made = chain::make_signer(chain::SecretBytes::copy_of(words));
    if (auto* why = std::get_if<std::string>(&made)) problem = *why;
    else signer = std::move(std::get<0>(made));
  });
  if (!unreadable.empty()) throw CannotStart("wallet: " + unreadable);
  if (!problem.empty()) throw CannotStart("wallet: " + place_of(wallet.mnemonic) + ": " + problem);
  return signer;
}

std::shared_ptr<TreePlan> make_plan(const Config& config, const WalletSettings& wallet, const HostPorts& ports, bool dry_run) {
  const auto address = ports.signer->wallet();
  if (!wallet.address.empty() && wallet.address != address.address)
    throw CannotStart("wallet: the mnemonic gives " + address.address + ", but ALLORA_WALLET_ADDR or wallet.address says " +
                      wallet.address);
  auto plan = std::make_shared<TreePlan>();
  plan->chain = ports.chain;
  plan->signer = ports.signer;
  plan->store = ports.store;
  plan->ledger.wallet = address;
  plan->ledger.group_commit_ms = limits::books_group_commit;
  plan->watcher.wallet = address;
  plan->submitter.wallet = address;
  plan->submitter.chain_id = config.chain.id;
  plan->submitter.fees = fee_policy(config.chain);
  plan->submitter.may_register = config.chain.may_register;
  plan->submitter.dry_run = dry_run;
  plan->seed = static_cast<std::uint64_t>(ports.clock->now().value);

  Models models;
  for (const auto& topic : config.topics) {
    if (!wallet.topics.empty() && std::find(wallet.topics.begin(), wallet.topics.end(), topic.id) == wallet.topics.end())
      continue;
    const auto model = model_of(topic, models);
    auto& feed = feed_of(*plan, {topic.symbol}, config, ports).fetcher;
    feed.subscribers.push_back({.topic = topic.id, .sources = topic.sources});
    if (!model->needs_features()) feed.subscribers.back().min_candles = 1;
    plan->watcher.topics.push_back(topic.id);
    plan->topics.push_back({TimerPolicy{.topic = topic.id, .interval_ms = config.schedule.interval_s * 1000, .feed = feed.feed},
                            PredictorPolicy{topic.id, model}});
  }
  if (plan->topics.empty()) throw CannotStart("no topic to answer: add a [[topic]]");
  return plan;
}

} // namespace inferd
