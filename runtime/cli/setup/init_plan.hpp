#pragma once
// What `inferd init` proposes for a topic, and the configuration that it writes. Pure.

#include "messages/chain.hpp"
#include "model/topic_text.hpp"
#include "model/training/trainer.hpp"
#include "runtime/chain/comet/topic_description.hpp"

#include <optional>
#include <string>
#include <vector>

namespace inferd::cli {

/// The networks that init knows by name.
struct KnownNetwork {
  const char *name, *chain_id;
  std::vector<std::string> rpc;
  const char* faucet; ///< null: none
};
const std::vector<KnownNetwork>& known_networks();

/// A topic in a few lines: name, type, loss, target and horizon as far as its metadata says them, windows.
std::string topic_text(const TopicArrived&, const chain::TopicDescription&, const std::string& chain_id);

/// Proposals; empty where the metadata does not say it.
struct Proposal {
  std::optional<std::string> symbol, target, horizon;
};
Proposal propose(const TopicArrived&);

/// The candles' interval for a target and horizon: minutes for a volatility up to a day, as the network scores it, else the
/// longest of 1h, 5m and 1m that divides the horizon.
Interval usual_interval(ModelOutput, std::int64_t horizon_ms);

/// How much history a training on such candles is given, in milliseconds.
std::int64_t usual_history(Interval);

/// One source of `--market`: KIND or KIND=URL; csv=PATH.
struct InitMarket {
  std::string kind, place;
};
/// Throws Failure that names --market.
std::vector<InitMarket> parse_markets(const std::vector<std::string>&);

/// `[[market.source]]` of each. `token_env`: the variable with Tiingo's token.
std::string market_text(const std::vector<InitMarket>&, const std::string& token_env);

struct InitConfig {
  std::string chain_id;
  std::vector<std::string> rpc;
  std::uint64_t topic{};
  std::string symbol, horizon, target;
  Interval interval;
  std::vector<InitMarket> markets;
  std::string token_env;             ///< of tiingo
  std::string mnemonic;              ///< its file, relative to the configuration or absolute
  std::string model;                 ///< likewise, or a URL, or an inline table such as { command = ["predict"] }
  std::vector<std::string> no_proxy; ///< hosts that no proxy is used for; empty: as the environment says
  bool service{};                    ///< for the systemd unit: state, log, socket and key where it has them
};

/// The configuration's text.
std::string init_config_text(const InitConfig&);

} // namespace inferd::cli
