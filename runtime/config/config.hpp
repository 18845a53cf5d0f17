#pragma once
// Everything an operator may set, checked and with its defaults filled in. Holds no secret, only where secrets are found, so
// it may be shown to anyone. Plural from the first day; one wallet and one topic are the usual case.

#include "messages/units.hpp"
#include "runtime/ports/log_settings.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

/// Where a secret is found. It is read by `with_secret` when it is needed, and nowhere else.
struct SecretSource {
  enum class Kind {
    none,
    file,        ///< `place`, readable by its owner only
    credential,  ///< `place`, a file that systemd laid out for this service as `name`; empty: it did not
    environment, ///< the variable `name`
    dotenv       ///< the line `name=` in the file `place`
  };
  Kind kind = Kind::none;
  std::string place, name;
  explicit operator bool() const { return kind != Kind::none; }
  bool operator==(const SecretSource&) const = default;
};

/// Multiple of the fee market's price that is offered: 1.0, 1.5, 2.5.
enum class FeeTier { eco, standard, priority };
BOOST_DESCRIBE_ENUM(FeeTier, eco, standard, priority)
constexpr std::uint32_t percent(FeeTier tier) { return tier == FeeTier::eco ? 100 : tier == FeeTier::standard ? 150 : 250; }

/// `[chain]`
struct ChainSettings {
  std::string id;
  std::vector<std::string>
    rpc;               ///< CometBFT endpoints: http, https, ws, wss or tcp; the first is preferred. Paths may hold keys
  std::string ca_file; ///< PEM certificates trusted besides the system's; empty: none
  FeeTier fee_tier = FeeTier::standard;
  Uallo fee_cap;              ///< for one transaction
  Gas gas_cap;                ///< for one transaction
  std::int64_t deadline_ms{}; ///< for one request
  bool may_register = true;   ///< in a topic that does not know the wallet yet
};

/// `[wallet]`, or `[[wallet]]` for several.
struct WalletSettings {
  std::string name;
  SecretSource mnemonic;
  std::string address;         ///< what the key must give; empty: whatever it gives
  std::vector<TopicId> topics; ///< that it answers; empty: all
};

enum class SourceKind { csv, tiingo, binance, coinbase, kraken };
BOOST_DESCRIBE_ENUM(SourceKind, csv, tiingo, binance, coinbase, kraken)

/// `[[market.source]]`, tried in this order.
struct SourceSettings {
  std::string name; ///< unique; the kind unless set
  SourceKind kind{};
  std::string path;                           ///< of csv
  std::string url;                            ///< of the others: scheme and host, before the request's path; no / at the end
  SecretSource token;                         ///< of tiingo
  std::int64_t max_age_ms{};                  ///< since the newest candle opened; older ones are not predicted from
  std::map<std::string, std::string> symbols; ///< a topic's symbol → this source's own name for it
};

/// `[[topic]]`
struct TopicSettings {
  TopicId id;
  std::string symbol; ///< e.g. btcusd
  std::int64_t horizon_hours{};
  std::string model;                ///< path of the model file
  std::vector<std::string> sources; ///< names; empty: all, in their order
};

/// `[schedule]`
struct ScheduleSettings {
  std::int64_t interval_s{};    ///< a topic is answered at most once in this time; 0: every window
  std::optional<Instant> until; ///< the first instant no longer served
};

/// `[tape]`
struct TapeSettings {
  bool on = true;
  std::string dir;
  std::size_t keep{}; ///< tapes of the newest runs
};

/// One setting as it came out, for `config show` and doctor. Secrets appear only as where they are.
struct EffectiveSetting {
  std::string name;   ///< "chain.id", "topic[2].model"
  std::string value;  ///< as TOML would write it
  std::string origin; ///< "inferd.toml:12", ".env:3 LOG_LEVEL", "environment LOG_LEVEL", "default"
};

struct Config {
  std::string file;      ///< empty: there was none
  std::string state_dir; ///< where everything lies that has no place of its own
  ChainSettings chain;
  std::vector<WalletSettings> wallets;
  std::vector<SourceSettings> sources; ///< of `[market]`
  std::string candles_dir;             ///< `[market] cache_dir`: candles already downloaded
  std::vector<TopicSettings> topics;
  std::string ledger_path;
  std::string admin_socket;
  LogSettings log;
  ScheduleSettings schedule;
  TapeSettings tape;
  std::vector<EffectiveSetting> effective;
};

} // namespace inferd
