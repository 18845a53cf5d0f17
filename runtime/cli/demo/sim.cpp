// inferd sim: a simulated chain and a market with real candles on one port, until a signal.

#include "model/inputs/candles_csv.hpp"
#include "model/topic_text.hpp"
#include "model/inputs/volatility.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/cli/demo/shipped_data.hpp"
#include "runtime/cli/demo/sim_options.hpp"
#include "runtime/config/sim_config.hpp"
#include "runtime/live/system_clock.hpp"
#include "runtime/sim/chain/bytes.hpp"
#include "runtime/sim/chain/network_preset.hpp"
#include "runtime/sim/chain/truth.hpp"
#include "runtime/sim/market/sim_market.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/json/serialize.hpp>
#include <csignal>
#include <fmt/format.h>
#include <fstream>
#include <iostream>

namespace inferd::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view faucet_path = "/faucet/";
constexpr std::size_t hours_ahead = 2 * 168; // candles kept for the future, so that answers can be scored

/// Real candles shifted in time so that one of the last opens in the current hour.
std::vector<Candle> todays_candles(const std::string& file, Instant now) {
  try {
    auto candles = read_candles(file).candles;
    if (candles.size() <= hours_ahead)
      throw Failure(fmt::format("--candles: {} has {} rows; more than {} are needed", file, candles.size(), hours_ahead));
    const auto present = candles.size() - hours_ahead;
    return sim::moved_to(std::move(candles), present, now);
  } catch (const CandlesError& e) {
    throw Failure(std::string("--candles: ") + e.what());
  }
}

/// Minutes shifted in time so that one of the last three days' opens in the current minute.
std::vector<Candle> todays_minutes(const std::string& file, Instant now) {
  constexpr std::size_t ahead = 3 * 1'440;
  try {
    auto candles = read_candles(file, Interval{60'000});
    if (!candles.gaps.empty() || candles.candles.size() <= ahead)
      throw Failure(fmt::format("--minutes: {} has gaps or no more than {} rows", file, ahead));
    const auto present = candles.candles.size() - ahead;
    return sim::moved_to(std::move(candles.candles), present, now);
  } catch (const CandlesError& e) {
    throw Failure(std::string("--minutes: ") + e.what());
  }
}

/// Of topics whose metadata asks for a volatility over one horizon: sqrt(H) times the sample deviation of the H log returns by
/// the minute after the opening; of all others `returns`.
decltype(sim::ChainSettings::truth) truth_of(decltype(sim::ChainSettings::truth) returns, std::vector<Candle> minutes) {
  return [returns, minutes = std::move(minutes)](const sim::TopicSettings& topic, Instant opened) -> std::optional<sim::Truth> {
    const auto text = read_topic_text(topic.metadata);
    if (text.kind != TopicText::Kind::volatility || text.horizons.size() != 1) return returns(topic, opened);
    const auto rows = static_cast<std::size_t>(text.horizons.front());
    const auto next = std::partition_point(minutes.begin(), minutes.end(),
                                           [&](const Candle& c) { return c.opens.value + 60'000 <= opened.value; });
    if (rows < 2 || next == minutes.begin() || static_cast<std::size_t>(minutes.end() - next) < rows) return {};
    PastVolatility volatility(VolatilityEstimator::sample_deviation, rows, text.horizons.front());
    for (auto c = next - 1; c != next + static_cast<std::ptrdiff_t>(rows); ++c) volatility.push(*c);
    return sim::Truth{volatility.value(), {}};
  };
}

std::string ready_line(const SimOptions& o, const sim::WorldSettings& world, const std::string& url) {
  json::array topics, funded;
  for (const auto& t : world.chain.topics) topics.push_back(t.id);
  for (const auto& [address, uallo] : world.funded) funded.push_back({{"address", address}, {"uallo", sim::to_text(uallo)}});
  json::object line{{"chain_id", world.chain.chain_id},
                    {"rpc", url},
                    {"websocket", "ws" + url.substr(4) + "/websocket"},
                    {"topics", std::move(topics)},
                    {"funded", std::move(funded)},
                    {"block_ms", o.block_ms},
                    {"epoch", o.epoch}};
  if (world.candles.empty()) line["market"] = nullptr;
  else line["market"] = {{"url", url}, {"symbol", "btcusd"}, {"token", sim::SimMarketSettings{}.token}};
  return json::serialize(line);
}

std::string worker_config(const sim::WorldSettings& world, const std::string& url) {
  SimConfig config{.chain_id = world.chain.chain_id, .url = url, .topics = {}};
  for (const auto& t : world.chain.topics) config.topics.push_back(t.id);
  return sim_config_text(config);
}

std::string ready_text(const SimOptions& o, const sim::WorldSettings& world, const std::string& url) {
  auto text = fmt::format("Chain {} at {} (WebSocket at /websocket): a block every {} ms, a window of {} blocks every {}.\n",
                          world.chain.chain_id, url, o.block_ms, o.window, o.epoch);
  if (!world.candles.empty()) text += "\nA worker's configuration for it:\n\n" + worker_config(world, url);
  if (world.funded.empty())
    text += "\nNobody is funded: start it with --fund ADDRESS, or `curl -X POST " + url + "/faucet/ADDRESS`.\n";
  return text + "\nIt runs until SIGINT or SIGTERM.\n";
}

/// POST /faucet/ADDRESS: fills the account up, for a worker whose key is made after the chain. Like the testnet's faucet.
sim::Server::Delayed faucet(sim::World& world, const HttpRequest& request, sim::Amount funds) {
  const auto answer = [](unsigned status, json::object body) {
    return sim::Server::Delayed{{status, {{"content-type", "application/json"}}, json::serialize(body) + '\n'}, 0};
  };
  if (request.method != "POST") return answer(405, {{"error", "/faucet/ADDRESS takes POST"}});
  const auto address = request.url.substr(std::min(request.url.find(faucet_path) + faucet_path.size(), request.url.size()));
  if (const auto error = sim::address_error(address)) return answer(400, {{"error", "no address: " + *error}});
  const auto balance = world.with_chain([&](sim::ChainState& chain) {
    const auto* account = chain.account(address);
    if (const auto has = account ? account->balance : sim::Amount{}; has < funds) chain.fund(address, funds - has);
    return chain.account(address)->balance;
  });
  return answer(200, {{"address", address}, {"uallo", sim::to_text(balance)}});
}

void sim_verb(SimOptions o) {
  if (!o.candles_given) o.candles = shipped_candles();
  if (!o.candles_given && o.candles.empty())
    throw Failure("--candles: found in none of " + shipped_places() +
                  "; name a file of hourly candles, or \"\" for a chain without a market");
  auto settings = world_settings(o);
  settings.start = SystemClock().now();
  if (!o.candles.empty()) settings.candles = todays_candles(o.candles, settings.start);
  else if (!o.minutes.empty()) throw Failure("--minutes: are served beside hourly candles, which --candles names");
  else if (!o.config.empty()) throw Failure("--write-config: without --candles there is no market to name in it");

  std::vector<Candle> minutes;
  if (!o.minutes.empty()) {
    minutes = todays_minutes(o.minutes, settings.start);
    settings.chain.truth = truth_of(sim::truth_from(settings.candles, settings.horizon_hours), minutes);
  }

  // Before the first thread, so that all threads inherit the mask and only sigwait receives them.
  sigset_t signals;
  sigemptyset(&signals);
  for (const int s : {SIGINT, SIGTERM}) sigaddset(&signals, s);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  sim::World world(settings);
  std::vector<std::pair<std::string, sim::World::Mount>> mounts;
  if (!settings.candles.empty()) {
    auto market = std::make_shared<sim::SimMarket>(settings.candles, [clock = world.clock()] { return clock->now(); });
    if (!minutes.empty()) market->add(std::move(minutes));
    const auto serve = [market](const HttpRequest& request) {
      auto served = market->serve(request);
      return sim::Server::Delayed{std::move(served.answer), served.delay_ms};
    };
    mounts = {{"/tiingo/", serve}, {"/api/v3/", serve}};
  }
  mounts.emplace_back(faucet_path, [&world, funds = sim::network_preset(o.network)->funds](const HttpRequest& request) {
    return faucet(world, request, funds);
  });
  std::uint16_t port = 0;
  try {
    port = world.serve(o.port, std::move(mounts));
  } catch (const std::runtime_error& e) {
    throw Failure(std::string("--port: ") + e.what());
  }
  const auto url = "http://127.0.0.1:" + std::to_string(port);
  if (!o.config.empty() && !(std::ofstream(o.config) << worker_config(settings, url)).flush())
    throw Failure("--write-config: " + o.config + " cannot be written");
  world.run();
  std::cout << (o.json ? ready_line(o, settings, url) : ready_text(o, settings, url)) << std::endl;
  int received = 0;
  sigwait(&signals, &received);
  world.stop();
  const auto height = world.with_chain([](const sim::ChainState& c) { return c.height(); });
  if (!o.json) std::cout << "Stopped at height " << height << "." << std::endl;
}

} // namespace

void add_sim(CLI::App& program) {
  auto* verb = program.add_subcommand("sim", "A simulated chain and market on a port, for workers to be tried on");
  const auto o = std::make_shared<SimOptions>();
  verb->add_option("--port", o->port, "Of RPC, WebSocket and market on 127.0.0.1; 0: any free one")->capture_default_str();
  verb->add_option("--block-ms", o->block_ms, "Milliseconds from block to block")->capture_default_str();
  verb->add_option("--epoch", o->epoch, "Blocks from one window's opening to the next")->capture_default_str();
  verb->add_option("--window", o->window, "Blocks a window takes answers")->capture_default_str();
  verb->add_option("--lag", o->lag, "Blocks until an answer may be scored")->capture_default_str();
  verb->add_option("--topics", o->topics, "ID for a single value, ID=up/down/flat for labels")->capture_default_str();
  verb->add_option("--fund", o->fund, "ADDRESS or ADDRESS=UALLO; may be repeated");
  verb->add_flag("--register", o->registered, "The funded are registered in every topic");
  verb->add_option("--candles", o->candles, "Hourly candles for market and scores; default: those of inferd; empty: neither")
    ->each([o](const std::string&) { o->candles_given = true; });
  verb->add_option("--minutes", o->minutes, "Candles of one minute, served beside the hourly ones")->type_name("CSV");
  verb->add_option("--metadata", o->metadata, "ID=TEXT: what a topic asks for; may be repeated");
  verb
    ->add_option("--network", o->network, "local, testnet or mainnet: chain id, emissions, gas price and funds of that network")
    ->capture_default_str();
  verb->add_option("--chain-id", o->chain_id, "The chain's name, instead of the network's");
  verb->add_option("--emissions", o->emissions, "v10 or v9, instead of the network's");
  verb->add_option("--gas-price", o->gas_price, "In uallo, instead of the network's");
  verb->add_flag("--json", o->json, "One line of JSON when ready");
  verb->add_option("--write-config", o->config, "Write a worker's configuration for it before it is ready")->type_name("FILE");
  verb->footer(
    "Examples\n  inferd sim --port 26657 --epoch 20 --window 10 --fund allo1...\n"
    "  inferd sim --topics 1 2 --metadata '2=BTC/USD 15min volatility' --minutes etc/data/btcusd-1m.csv --fund allo1...\n"
    "POST /faucet/ADDRESS funds an account while it runs.\n"
    "Exit codes: 0 stopped by a signal, 1 it could not start, 2 wrong options.");
  verb->callback([o] { sim_verb(*o); });
}

} // namespace inferd::cli
