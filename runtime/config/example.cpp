#include "runtime/config/example.hpp"

namespace inferd {

const std::string_view example_config =
  R"(# inferd's configuration. `inferd config check` reports every mistake in it, `inferd config show` what came out and why.
#
# What wins: environment, then the .env file beside this one, then this file, then the default. Names known there:
#   MNEMONIC, ALLORA_WALLET_ADDR, TOPIC_ID, TIINGO_API_KEY, SUBMISSION_INTERVAL (seconds), LOG_LEVEL
# A relative path starts at this file's folder. A commented setting shows its default.

# Where everything lies that has no place of its own: books, logs, tapes, models, admin socket.
# Default: what systemd's StateDirectory= gives, else ./run in the working directory.
# state_dir = "/var/lib/inferd"

[chain]
id = "allora-testnet-1"                              # a node of another chain is refused
rpc = ["https://allora-rpc.testnet.allora.network"]  # CometBFT endpoints (http, https, ws, wss, tcp); the first is preferred
# An endpoint may be a table: a WebSocket at a path of its own, and headers whose values lie elsewhere. Keys in the path, in the
# query and user:password@ work as they are; no message shows them.
#   { url = "https://node.example/KEY", websocket = "/ws/KEY", headers = { x-api-key = { env = "NODE_KEY" } } }
# ca_file = "node-ca.pem"    # certificates trusted besides the system's, for a node of your own
# fee_tier = "standard"      # times the fee market's price: eco 1.0, standard 1.5, priority 2.5
# fee_cap_allo = "0.002"     # never more ALLO for one transaction; default: this on mainnet, "0.00000000005" elsewhere
# fee_cap_uallo = 2000000000000000   # the same in uallo, 10^-18 ALLO; instead of fee_cap_allo
# day_cap_allo = "1"         # never more ALLO in 24 hours; default: this on mainnet, "0.0000001" elsewhere
# gas_cap = 500000           # never more for one transaction; a payload uses about 171000
# deadline_ms = 5000         # for one request
# register = true            # in a topic that does not know the wallet yet, once; `inferd config check` says its cost

[network]
# proxy = "http://proxy.example:3128"   # for endpoints and markets; "" for none. Default: https_proxy, http_proxy, all_proxy
# no_proxy = ["127.0.0.1", ".example"]  # reached without it. Default: the variable no_proxy

# The key. `inferd wallet new` or `inferd wallet import` writes the file; only its owner may read it (chmod 600).
# Several wallets: [[wallet]] for each, with a name.
[wallet]
mnemonic_file = "mnemonic"
# credential = "mnemonic"    # instead of the file: what LoadCredential=mnemonic:/path gives the unit
# account_index = 0          # the account: m/44'/118'/0'/0/0, as `allorad keys add --account 0`
# hd_path = "m/44'/118'/0'/0/0"   # instead of account_index: the whole path, as a wallet shows it
# address = "allo1..."       # what the key must give; a different one is refused
# topics = [67]              # that this wallet answers; default: all
# name = "default"

# Candles, one source after the other until one has fresh ones. Without any [[market.source]]: tiingo where TIINGO_API_KEY
# is set, then coinbase and kraken. Nothing is ever made up: without fresh candles the window is skipped, with its reason.
[market]
# cache_dir = "/var/lib/inferd/candles"   # candles already downloaded; default: candles in state_dir

[[market.source]]
kind = "coinbase"            # csv, tiingo, binance, coinbase or kraken
# name = "coinbase"
# url = "https://api.exchange.coinbase.com"   # a path and a query of its own are kept
# headers = { x-api-key = { env = "MARKET_KEY" } }   # or { credential = "name" }, { file = "path" }: the place of the value
# max_age_s = 9000           # since the newest candle's opening; an older one is not predicted from
# symbols = { btcusd = "BTC-USD" }   # a topic's symbol in this source's own words, where the usual form does not fit

[[market.source]]
kind = "kraken"

# [[market.source]]
# kind = "tiingo"
# token_env = "TIINGO_API_KEY"   # the variable (environment or .env) that holds the token

# [[market.source]]
# kind = "csv"
# path = "btcusd-1h.csv"
# symbol = "ethusd"          # of the file's candles; default: the topics' symbol. Say it where they have several

# A topic to answer; several: [[topic]] for each.
[[topic]]
id = 67
symbol = "btcusd"
horizon = "7d"               # how far ahead the model looks: 15m, 4h, 7d; or horizon_hours = 168
# interval = "1h"            # of the candles it predicts from: 1m, 5m, 1h or 1d
# target = "log_return"      # what it must predict: log_return, price, volatility or labels; default: whatever it does
model = "model.json"         # written by `inferd train`; default: model-<id>.json in state_dir
# model = { command = ["python3", "predict.py"] }   # a program of yours: one JSON object a line in, one out
# model = "http://localhost:8000/inference/{TopicId}/{BlockHeight}"   # answers with the number as text
# model = "m.onnx"           # or "m.txt" of LightGBM, "m.json" or "m.ubj" of XGBoost; etc/model-runtimes fetches what they need
# model = { file = "m.onnx", features = ["ret_1h"], memory_mb = 1024, deadline_ms = 4000 }   # a table says more
# fallback = "model.json"    # answers where a model from outside does not; default: none, the window is skipped
# plausible = [-0.5, 0.5]    # of its values, for prices of ln(value / close); default: by target and horizon
# same_values = 50           # so many equal answers in a row are believed; 0: any number
# network_deviations = 20    # standard deviations of the network's changes from its last value; 0: any distance
# sources = ["coinbase"]     # only these; default: all, in their order
# shadow = ["b.json", "network", { command = ["python3", "b.py"] }]   # predict and are scored, and do not submit
# guard = { live = true }    # one more model, which combines the others and is hardly ever worse than zero; default: none
# promotion = { windows = 200, confidence = 0.95 }   # a better shadow becomes live; default: by `inferd models promote` only
# retrain = { every = "1d", history = "90d" }   # trains a built-in model in the background, as one more shadow; default: never

[ledger]
# path = "/var/lib/inferd/ledger.db"     # the books; default: ledger.db in state_dir

[admin]
# socket = "/run/inferd/admin.sock"      # default: in systemd's RuntimeDirectory=, else in state_dir
# listen = "127.0.0.1:9478"  # the same over HTTP, with the page and /metrics; loopback only. Default: not served
# token_file = "admin-token" # then every request there needs this token; without it requests may look and change nothing

[log]
# level = "info"             # of the console: trace, debug, info, warn, error, critical or off
# dir = "/var/log/inferd"    # of inferd.log, which holds debug; default: systemd's LogsDirectory=, else log in state_dir
# file_mb = 10               # a file grows to this
# files = 5                  # and this many are kept
# heartbeat_s = 3600         # from one HEARTBEAT line to the next; a monitor that wants to see life sooner lowers it

# Messages when an alert of etc/prometheus/inferd.rules.yml fires, and when it has ended. Off unless webhook or command is set.
[notify]
# webhook = { env = "INFERD_WEBHOOK" }   # or { credential = "name" }, { file = "path" }, or an address that is no secret
# form = "json"              # what the webhook reads: json, slack, discord or telegram
# chat = "-100123"           # the chat's id, for telegram; its webhook is https://api.telegram.org/botTOKEN/sendMessage
# command = ["/usr/local/bin/page"]   # is started with the JSON on its standard input
# alerts = ["InferdNotEarning"]       # only these; default: all
# check_s = 15               # from one look at the conditions to the next
# repeat_s = 3600            # an alert that goes on is repeated after this; at most one message an alert in this time
# per_hour = 20              # never more messages in an hour; the others wait
# resolved = true            # also when an alert has ended

[schedule]
# interval_s = 0             # a topic is answered at most once in this time; 0: every window
# until = 2027-01-01T00:00:00Z   # stop in order at this moment; default: never

[tape]
# on = true                  # records every message, for `inferd replay`
# dir = "/var/lib/inferd/tapes"   # default: tapes in state_dir
# keep = 8                   # tapes of the newest runs
)";

} // namespace inferd
