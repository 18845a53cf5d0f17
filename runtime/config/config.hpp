#pragma once
// The validated configuration with its defaults. Contains no secrets, only their locations, so it may be printed. One wallet
// and one topic are the usual case; both are lists.

#include "base/hd_path.hpp"
#include "messages/candles.hpp"
#include "messages/units.hpp"
#include "runtime/config/model_settings.hpp"
#include "runtime/config/notify_settings.hpp"
#include "runtime/ports/log_settings.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

/// Factor on the fee market's gas price: 1.0, 1.5, 2.5.
enum class FeeTier { eco, standard, priority };
BOOST_DESCRIBE_ENUM(FeeTier, eco, standard, priority)
constexpr std::uint32_t percent(FeeTier tier) { return tier == FeeTier::eco ? 100 : tier == FeeTier::standard ? 150 : 250; }

/// What an entry of `chain.rpc` that is a table adds to its URL.
struct EndpointSettings {
  std::string websocket; ///< path of its WebSocket; empty: derived from the URL
  std::vector<HeaderSource> headers;
};

/// `[chain]`
struct ChainSettings {
  std::string id;
  std::vector<std::string>
    rpc; ///< CometBFT endpoints: http, https, ws, wss or tcp; the first is preferred. May hold keys, passwords
  std::vector<EndpointSettings> endpoints; ///< of `rpc`, in its order; may be shorter
  std::string ca_file;                     ///< PEM certificates trusted in addition to the system's; empty: none
  FeeTier fee_tier = FeeTier::standard;
  Uallo fee_cap;              ///< per transaction
  Uallo day_cap;              ///< per wallet in 24 h; a chain's default: usual_fee_caps
  Gas gas_cap;                ///< per transaction
  std::int64_t deadline_ms{}; ///< per request
  bool may_register = true;   ///< in a topic where the wallet is not registered
};

/// `[wallet]`, or `[[wallet]]` for several.
struct WalletSettings {
  std::string name;
  SecretSource mnemonic;
  HdPath hd_path = cosmos_path(); ///< from the mnemonic to the key
  std::string address;            ///< expected address of the key; empty: not checked
  std::vector<TopicId> topics;    ///< topics to answer; empty: all
  std::string table = "wallet";   ///< its name in mistakes: "wallet[2]"
};

enum class SourceKind { csv, tiingo, binance, coinbase, kraken };
BOOST_DESCRIBE_ENUM(SourceKind, csv, tiingo, binance, coinbase, kraken)

/// `[[market.source]]`, in order of preference.
struct SourceSettings {
  std::string name; ///< unique; defaults to the kind
  SourceKind kind{};
  std::string path;                           ///< csv only
  std::string url;                            ///< all others: scheme and host, optional path prefix and query
  SecretSource token;                         ///< tiingo only
  std::int64_t max_age_ms{};                  ///< largest age of the newest candle's opening for a prediction
  std::map<std::string, std::string> symbols; ///< a topic's symbol → the source's symbol
  std::string table = "market.source";        ///< its name in mistakes: "market.source[2]"
  std::vector<HeaderSource> headers;          ///< not csv
  std::string symbol = {};                    ///< csv only: of the file's candles; empty: of every symbol
};

/// Whether the source may have candles of the symbol.
inline bool offers(const SourceSettings& source, const std::string& symbol) {
  return source.symbol.empty() || source.symbol == symbol;
}

/// `[[topic]]`
struct TopicSettings {
  TopicId id;
  std::string symbol; ///< e.g. btcusd
  std::int64_t horizon_ms{};
  Interval interval = one_hour;       ///< of the candles
  std::string target;                 ///< "log_return", "price", "volatility", "labels"; empty: the model's
  std::string model;                  ///< path of the model file; empty: foreign.form is command or http
  ModelSettings foreign;              ///< all of `model =`
  std::string fallback;               ///< model file that answers where a model from outside does not; empty: none
  SanitySettings sanity;              ///< for a model from outside
  std::vector<std::string> outside;   ///< names of the given settings that only a model from outside has
  std::vector<ModelSettings> shadows; ///< predict and are scored, and do not submit
  std::optional<GuardSettings> guard;
  std::optional<PromotionSettings> promotion; ///< empty: only an operator makes a shadow live
  std::optional<RetrainSettings> retrain;     ///< empty: only an operator trains
  std::vector<std::string> sources;           ///< source names; empty: all, in their order
  std::string table = "topic";                ///< its name in mistakes: "topic[2]"
};

/// `[schedule]`
struct ScheduleSettings {
  std::int64_t interval_s{};    ///< minimum time between two answers to a topic; 0: every window
  std::optional<Instant> until; ///< end of service, exclusive
};

/// `[network]`, or the usual environment variables. Proxy URLs may hold passwords.
struct NetworkSettings {
  std::string http_proxy, https_proxy; ///< for plain and for TLS requests; empty: direct
  std::string no_proxy;                ///< hosts that are reached directly, as in the variable no_proxy
};

/// `[tape]`
struct TapeSettings {
  bool on = true;
  std::string dir;
  std::size_t keep{}; ///< number of runs kept
};

/// An effective setting, for `config show` and doctor. Secrets appear as their location only.
struct EffectiveSetting {
  std::string name;   ///< "chain.id", "topic[2].model"
  std::string value;  ///< in TOML syntax
  std::string origin; ///< "inferd.toml:12", ".env:3 LOG_LEVEL", "environment LOG_LEVEL", "default"
  std::string file{}; ///< empty: default
  int line{};
};

struct Config {
  std::string file;      ///< empty: none
  std::string state_dir; ///< parent of all default paths
  ChainSettings chain;
  NetworkSettings network;
  std::vector<WalletSettings> wallets;
  std::vector<SourceSettings> sources; ///< of `[market]`
  std::string candles_dir;             ///< `[market] cache_dir`: downloaded candles
  std::vector<TopicSettings> topics;
  std::string ledger_path;
  std::string admin_socket;
  std::string admin_listen; ///< "127.0.0.1:9478"; empty: the Unix socket only
  SecretSource admin_token; ///< of requests over TCP; none: they may look, and change nothing
  LogSettings log;
  std::int64_t heartbeat_s = 3'600; ///< `[log]`: from one HEARTBEAT line to the next
  ScheduleSettings schedule;
  TapeSettings tape;
  NotifySettings notify;
  std::vector<EffectiveSetting> effective;
};

} // namespace inferd
