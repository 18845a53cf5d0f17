// inferd init: from a few questions to a folder with key, model and configuration. It asks the chain what the topic is.

#include "base/allo.hpp"
#include "base/duration.hpp"
#include "model/training/interval_rules.hpp"
#include "runtime/chain/signing/key.hpp"
#include "runtime/chain/signing/mnemonic.hpp"
#include "runtime/chain/signing/mnemonic_file.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/setup/config_folder.hpp"
#include "runtime/cli/setup/init_model.hpp"
#include "runtime/cli/setup/init_plan.hpp"
#include "runtime/cli/setup/node_reader.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/cli/setup/questions.hpp"
#include "runtime/cli/setup/typed_secret.hpp"
#include "runtime/config/checks.hpp"
#include "runtime/config/load.hpp"
#include "runtime/live/http_client.hpp"
#include "runtime/live/system_entropy.hpp"

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iostream>

namespace inferd::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string network, topic, key, symbol, horizon, target, interval, model, out, history, token_env = "TIINGO_API_KEY";
  std::vector<std::string> rpc, markets;
  bool yes{}, service{}, replace{};
};

std::string none_of(const std::string& text, std::initializer_list<const char*> words) {
  for (const auto* word : words)
    if (text == word) return {};
  return fmt::format("is none of {}", fmt::join(words, ", "));
}

std::string duration_fault(const std::string& text) {
  return parse_duration(text) ? "" : "is not a duration such as 15m, 4h or 7d";
}

struct Network {
  std::string chain_id;
  std::vector<std::string> rpc; ///< the first is reached
  const KnownNetwork* known{};  ///< null: another one
};

const KnownNetwork* known_by_name(const std::string& name) {
  for (const auto& network : known_networks())
    if (name == network.name) return &network;
  return nullptr;
}

Network choose_network(const Options& o, const Questions& questions) {
  const auto url = [](const std::string& text) { return url_fault(text, {"https", "http", "wss", "ws", "tcp"}); };
  if (!o.network.empty() && !known_by_name(o.network))
    throw Failure(fmt::format("--network: \"{}\" is none of testnet, mainnet; --rpc names a node of another", o.network),
                  exit_usage);
  for (const auto& rpc : o.rpc)
    if (const auto fault = url(rpc); !fault.empty()) throw Failure("--rpc: " + fault, exit_usage);
  if (!o.rpc.empty()) return {{}, o.rpc, known_by_name(o.network)};
  const auto answer = questions.ask("--network", "Network: testnet, mainnet, or the address of a node", o.network, "testnet",
                                    [&](const std::string& text) { return known_by_name(text) ? std::string() : url(text); });
  if (const auto* known = known_by_name(answer)) return {{}, known->rpc, known};
  return {{}, {answer}, nullptr};
}

/// Asks each endpoint for its chain, which must be one, and that of the network where one was named.
void ask_chain_id(HttpPort& http, Network& network) {
  if (network.known) network.chain_id = network.known->chain_id;
  std::optional<Failure> unreached;
  std::vector<std::string> reached, others;
  for (const auto& rpc : network.rpc) {
    std::optional<chain::NodeStatus> status;
    try {
      status = NodeReader(http, rpc).status();
    } catch (const Failure& failure) {
      unreached = failure;
      others.push_back(rpc);
      std::cout << failure.what() << '\n';
      continue;
    }
    if (network.chain_id.empty()) network.chain_id = status->chain_id;
    if (status->chain_id != network.chain_id)
      throw Failure(
        fmt::format("--rpc: {} is a node of {}, not of {}", shown_url(rpc), status->chain_id.substr(0, 60), network.chain_id),
        exit_usage);
    if (status->catching_up) std::cout << shown_url(rpc) << " is catching up: inferd does not use it until it has\n";
    reached.push_back(rpc);
  }
  if (reached.empty()) throw *unreached;
  if (const auto fault = chain_id_fault(network.chain_id); !fault.empty()) throw Failure("--rpc: the chain's id " + fault);
  network.rpc = std::move(reached);
  network.rpc.insert(network.rpc.end(), others.begin(), others.end());
  for (const auto& known : known_networks())
    if (network.chain_id == known.chain_id) network.known = &known;
}

/// Where the words come from and where they are kept.
struct Key {
  SecretBytes mnemonic;
  Wallet wallet;
  fs::path file;
  bool to_be_written{};
};

template <class T> T or_fail(chain::Result<T> result, const char* option) {
  if (const auto* error = std::get_if<std::string>(&result)) throw Failure(fmt::format("{}: {}", option, *error));
  return std::get<T>(std::move(result));
}

Key choose_key(const Options& o, const Questions& questions, const fs::path& own_file) {
  const auto answer = questions.ask("--key", "Key: new, import (you type its words), or the file of a mnemonic", o.key, "new");
  const bool writes = answer == "new" || answer == "import";
  if (writes && fs::exists(own_file))
    throw Failure(fmt::format("--key: {0} is a key already; `--key {0}` uses it", own_file.string()), exit_usage);
  Key key{.mnemonic = SecretBytes(0), .wallet = {}, .file = writes ? own_file : fs::absolute(answer), .to_be_written = writes};
  if (answer == "new") {
    SystemEntropy entropy;
    key.mnemonic = chain::new_mnemonic(entropy);
  } else if (answer == "import") {
    key.mnemonic = or_fail(chain::check_mnemonic(typed_mnemonic().text()), "--key");
  } else {
    key.mnemonic = or_fail(chain::read_mnemonic_file(answer), "--key");
  }
  key.wallet = or_fail(chain::derive_key(key.mnemonic.text()), "--key").wallet();
  return key;
}

/// What keeps the wallet from earning in the topic. Whether it needs funds first.
bool print_wallet(NodeReader& node, const Wallet& wallet, TopicId topic, const Network& network) {
  auto account = node.account(wallet);
  const auto without_funds = [&] { return !account.exists || account.balance == Uallo{}; };
  const bool taken = without_funds() && !network.known && is_local(network.rpc.front()) && node.take_from_faucet(wallet);
  if (taken) account = node.account(wallet);
  const auto window = node.window(topic, wallet);
  std::cout << fmt::format("wallet {}\n  balance    {}\n  whitelist  {}\n  registered {}\n  topic      {}\n", wallet.address,
                           account.exists ? money_text(account.balance) : "none, it was never funded",
                           window.is_whitelisted ? "it may submit"
                                                 : "it is not admitted: payloads are refused until the topic's owner adds it",
                           window.is_registered ? "yes" : "no; `inferd run` registers it, once",
                           window.is_topic_active ? "active" : "not active: no windows open");
  if (taken) std::cout << "  funds      the node has a faucet, as simulated chains have: it has filled the account\n";
  if (without_funds() && network.known && network.known->faucet)
    std::cout << "  funds      ask " << network.known->faucet << " for this address\n";
  return without_funds();
}

std::string absolute_place(const std::string& kind, const std::string& place) {
  return kind == "csv" ? fs::absolute(place).lexically_normal().string() : place;
}

void init(const Options& o) {
  const Questions questions(o.yes);
  auto network = choose_network(o, questions);
  const bool local = is_local(network.rpc.front());
  const auto proxies = usual_proxies(local);
  IoThread io({}, Proxies(proxies.http_proxy, proxies.https_proxy, proxies.no_proxy));
  const auto http = make_http(io);
  ask_chain_id(*http, network);
  NodeReader node(*http, network.rpc.front());

  std::uint64_t id = 0;
  questions.ask("--topic", "Topic: its number", o.topic, "", [&](const std::string& text) -> std::string {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    return error == std::errc{} && end == text.data() + text.size() && id > 0 ? "" : "is not the number of a topic";
  });
  const auto topic = node.topic({id});
  std::cout << topic_text(topic.rules, topic.description, network.chain_id);
  const auto proposal = propose(topic.rules);

  InitConfig config{.chain_id = network.chain_id, .rpc = network.rpc, .topic = id, .interval = {}};
  config.symbol =
    questions.ask("--symbol", "Symbol: base and quote, as btcusd", o.symbol, proposal.symbol.value_or(""), symbol_fault);
  config.target = questions.ask("--target", "Target: log_return, price, volatility or labels", o.target,
                                proposal.target.value_or("log_return"), [](const std::string& t) {
                                  return none_of(t, {"log_return", "price", "volatility", "labels"});
                                });
  config.horizon = questions.ask("--horizon", "Horizon: how far ahead, as 15m, 4h or 7d", o.horizon,
                                 proposal.horizon.value_or(""), duration_fault);
  const auto horizon_ms = *parse_duration(config.horizon);
  const auto output = config.target == "volatility" ? ModelOutput::volatility : ModelOutput::log_return;
  config.interval = {*parse_duration(
    questions.ask("--interval", "Candles: 1m, 5m, 1h or 1d", o.interval, duration_text(usual_interval(output, horizon_ms).ms),
                  [&](const std::string& text) -> std::string {
                    const auto ms = parse_duration(text);
                    if (!ms || !rules_for({*ms})) return fmt::format("is not {}", supported_intervals);
                    return horizon_ms % *ms == 0 ? "" : "does not divide the horizon " + config.horizon;
                  }))};
  auto markets = o.markets;
  if (markets.empty()) {
    const bool token = std::getenv(o.token_env.c_str()) != nullptr;
    markets = split(questions.ask("--market", "Market: KIND or KIND=URL, several with commas", "",
                                  token ? "tiingo,coinbase,kraken" : "coinbase,kraken"));
  }
  config.markets = parse_markets(markets);
  for (auto& m : config.markets) m.place = absolute_place(m.kind, m.place);
  config.token_env = o.token_env;
  const auto model =
    questions.ask("--model", "Model: train, zero (no change), a model file, http://… or { command = [\"program\"] }", o.model,
                  config.target == "labels" ? "" : "train");
  if (model.find_first_of("\r\n") != model.npos) throw Failure("--model: has more than one line", exit_usage);
  if (config.target == "labels" && (model == "train" || model == "zero"))
    throw Failure("--model: labels have edges that only you know; `inferd train --labels` makes a file for --model FILE",
                  exit_usage);

  const fs::path out = fs::absolute(questions.ask("--out", "Folder for key, model and configuration", o.out,
                                                  o.service ? "/etc/inferd" : fmt::format("inferd-{}", id)));
  const auto file = out / "inferd.toml";
  if (fs::exists(file) && !o.replace)
    throw Failure(fmt::format("--out: {} exists already; --replace keeps it as inferd.toml.old", file.string()), exit_usage);
  auto key = choose_key(o, questions, out / "mnemonic");
  if (o.service && key.file != out / "mnemonic")
    throw Failure(fmt::format("--key: the service's key lies in {}: use new or import, or copy it there first",
                              (out / "mnemonic").string()),
                  exit_usage);
  const bool needs_funds = print_wallet(node, key.wallet, {id}, network);

  std::error_code error;
  fs::create_directories(out, error);
  if (error) throw Failure(fmt::format("--out: {}: {}", out.string(), error.message()));
  const InitTraining training{.topic = id,
                              .symbol = config.symbol,
                              .horizon = config.horizon,
                              .target = config.target,
                              .interval = config.interval,
                              .markets = config.markets,
                              .token_env = o.token_env,
                              .history_ms = o.history.empty() ? usual_history(config.interval) : *parse_duration(o.history)};
  const bool makes_model = model == "train" || model == "zero";
  config.model = makes_model ? "model.json"
                 : model.starts_with("http://") || model.starts_with("https://") || model.starts_with("{")
                   ? model
                   : fs::absolute(model).lexically_normal().string();
  if (o.service && makes_model) config.model = (out / "model.json").string();
  if (model == "train") make_init_model(training, *http, (out / "model.json").string());
  if (model == "zero") make_zero_model(training, (out / "model.json").string());

  if (key.to_be_written)
    if (const auto fault = chain::write_mnemonic_file(key.file, key.mnemonic); !fault.empty()) throw Failure("--key: " + fault);
  config.mnemonic = o.service ? "" : key.file == out / "mnemonic" ? "mnemonic" : key.file.string();
  if (local) config.no_proxy = split(proxies.no_proxy);
  config.service = o.service;
  if (fs::exists(file)) fs::rename(file, out / "inferd.toml.old", error);
  write_config(file, init_config_text(config));
  check_config(file);

  std::cout << fmt::format("\nwritten: {}{}{}\n", file.string(), makes_model ? ", model.json" : "",
                           key.to_be_written ? ", mnemonic" : "");
  if (key.to_be_written)
    std::cout << "  the file mnemonic is the key, readable by its owner only: keep a copy of it elsewhere\n";
  std::cout << fmt::format(
    "next: {}\n      {}\n",
    needs_funds ? fmt::format("send funds to {}, then `inferd doctor --config {}`", key.wallet.address, file.string())
                : fmt::format("inferd doctor --config {}", file.string()),
    o.service ? "systemctl enable --now inferd" : fmt::format("inferd run --config {}", file.string()));
}

} // namespace

void add_init(CLI::App& program) {
  auto* verb = program.add_subcommand("init", "From a few questions to a folder with key, model and configuration");
  verb->footer("Shows what the topic is, as the chain and its metadata say it, and proposes an answer to each question. Each "
               "answer is also\n"
               "an option; with --yes nothing is asked. A new key is written to a file of mode 0600 and never shown.\n"
               "Exit codes: 0 the folder is complete, 1 not possible, 2 wrong command line or answer.\nExamples\n"
               "  inferd init\n"
               "  inferd init --network testnet --topic 67 --key new --out worker --yes\n"
               "  inferd init --rpc http://127.0.0.1:26657 --topic 1 --market binance=http://127.0.0.1:26657 --key FILE --out "
               "worker --yes\n"
               "  inferd init --network testnet --topic 67 --key import --service --replace   # for systemd, in /etc/inferd");
  const auto o = std::make_shared<Options>();
  verb->add_option("--network", o->network, "testnet or mainnet; default testnet, with --rpc that of the node")
    ->type_name("NAME");
  verb->add_option("--rpc", o->rpc, "The address of a node's RPC port; several in order of preference")->type_name("URL");
  verb->add_option("--topic", o->topic, "The topic's number on the chain")->type_name("ID");
  verb->add_option("--symbol", o->symbol, "What is predicted, as btcusd; default: the metadata's pair")->type_name("TEXT");
  verb->add_option("--target", o->target, "log_return, price, volatility or labels; default: the metadata's, else log_return")
    ->type_name("TEXT");
  verb->add_option("--horizon", o->horizon, "How far ahead: 15m, 4h, 7d; default: the metadata's")->type_name("TIME");
  verb->add_option("--interval", o->interval, "Of the candles: 1m, 5m, 1h or 1d; default by target and horizon")
    ->type_name("TIME");
  verb
    ->add_option("--market", o->markets, "KIND, KIND=URL or csv=FILE; several in order of preference; default coinbase, kraken")
    ->type_name("SOURCE");
  verb->add_option("--token-env", o->token_env, "The variable with Tiingo's token")->type_name("NAME")->capture_default_str();
  verb
    ->add_option("--model", o->model,
                 "train, zero (no change), a model file, http://… or a table as in the configuration; default train")
    ->type_name("MODEL");
  verb
    ->add_option("--history", o->history, "How much history the training gets; default 540d of hourly candles, 30d of minutes")
    ->type_name("TIME")
    ->check([](const std::string& text) { return duration_fault(text); });
  verb->add_option("--key", o->key, "new, import (words from standard input), or the file of a mnemonic; default new")
    ->type_name("KEY");
  verb->add_option("--out", o->out, "The folder; default inferd-TOPIC, with --service /etc/inferd")->type_name("DIR");
  verb->add_flag("--service", o->service, "For the systemd unit: key as its credential, state in /var/lib/inferd");
  verb->add_flag("--replace", o->replace, "Keep an inferd.toml that is there as inferd.toml.old");
  verb->add_flag("--yes", o->yes, "Ask nothing: take the proposal of what is not given");
  verb->callback([o] { init(*o); });
}

} // namespace inferd::cli
