// inferd import: from the config.json of Allora's Go node to a folder with key and configuration.

#include "base/secret_text.hpp"
#include "messages/limits.hpp"
#include "runtime/chain/signing/key.hpp"
#include "runtime/chain/signing/mnemonic.hpp"
#include "runtime/chain/signing/mnemonic_file.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/setup/config_folder.hpp"
#include "runtime/cli/setup/import_plan.hpp"
#include "runtime/cli/setup/node_reader.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/config/checks.hpp"
#include "runtime/config/load.hpp"
#include "runtime/config/secret_source.hpp"
#include "runtime/live/http_client.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

namespace inferd::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char *content_variable = "ALLORA_OFFCHAIN_NODE_CONFIG_JSON",
                     *path_variable = "ALLORA_OFFCHAIN_NODE_CONFIG_FILE_PATH";
constexpr std::int64_t node_deadline_ms = 4'000;
constexpr std::size_t most_nodes_asked = 3;

struct CommandLine : ImportOptions {
  std::string file, out = "inferd-worker", key;
  std::vector<std::string> markets;
  bool offline{}, replace{};
};

/// The Go node's configuration and what messages call it.
struct Source {
  SecretText text;
  std::string name;
  std::string file; ///< empty: no file
};

SecretText standard_input() {
  std::string text(limits::config_file + 1, '\0');
  std::size_t have = 0;
  while (have < text.size()) {
    const auto got = ::read(STDIN_FILENO, text.data() + have, text.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Failure(std::string("standard input: cannot be read: ") + std::strerror(errno));
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  text.resize(have); // what is too large is refused by the parser
  return SecretText(std::move(text));
}

Source read_source(const std::string& given) {
  const auto host = real_host();
  if (given == "-") return {standard_input(), "standard input", {}};
  auto file = given;
  if (file.empty()) {
    host.hide(content_variable);
    if (auto text = host.variable(content_variable); text && !text->empty())
      return {SecretText(std::move(*text)), content_variable, {}};
    file = host.variable(path_variable).value_or("");
    if (file.empty())
      throw Failure(fmt::format("FILE is missing: the Go node's config.json, - for standard input, or one of {} and {} in the "
                                "environment",
                                content_variable, path_variable),
                    exit_usage);
  }
  auto content = host.read(file);
  if (!content.fault.empty()) throw Failure(fmt::format("{}: cannot be read: {}", file, content.fault), exit_usage);
  return {SecretText(std::move(content.text)), file, file};
}

struct Key {
  SecretBytes mnemonic;
  Wallet wallet;
  fs::path file;
  bool to_be_written{};
};

template <class T> T or_fail(chain::Result<T> result, const std::string& subject) {
  if (const auto* error = std::get_if<std::string>(&result)) throw Failure(subject + ": " + *error, exit_usage);
  return std::get<T>(std::move(result));
}

Wallet wallet_of(const SecretBytes& mnemonic, const std::string& subject) {
  return or_fail(chain::derive_key(mnemonic.text()), subject).wallet();
}

Key choose_key(const CommandLine& o, const Source& source, GoConfig& config, const fs::path& own_file) {
  const auto subject = source.name + ": wallet.addressRestoreMnemonic";
  if (!o.key.empty()) {
    auto mnemonic = or_fail(chain::read_mnemonic_file(o.key), "--key");
    const auto wallet = wallet_of(mnemonic, "--key");
    if (config.mnemonic.size() > 0) config.not_taken.push_back({"wallet.addressRestoreMnemonic", "--key names the key"});
    return {std::move(mnemonic), wallet, fs::absolute(o.key).lexically_normal(), false};
  }
  if (config.mnemonic.size() == 0) throw Failure(subject + " is empty: " + config.keyring_steps, exit_usage);
  auto mnemonic = or_fail(chain::check_mnemonic(config.mnemonic.text()), subject);
  const auto wallet = wallet_of(mnemonic, subject);
  const bool there = fs::exists(own_file);
  if (there && wallet_of(or_fail(chain::read_mnemonic_file(own_file.string()), "--out"), "--out") != wallet)
    throw Failure(fmt::format("--out: {} is another key; name another folder, or --key FILE", own_file.string()), exit_usage);
  if (const auto open = source.file.empty() ? "" : open_to_others(source.file, real_host().facts(source.file)); !open.empty())
    config.remarks.push_back({source.file, "holds the key and " + open});
  return {std::move(mnemonic), wallet, own_file, !there};
}

/// What a NodeReader says, without the option that init has for the node.
std::string without_option(const Failure& failure) {
  const std::string sentence = failure.what();
  constexpr std::string_view option = "--rpc: ";
  return sentence.starts_with(option) ? sentence.substr(option.size()) : sentence;
}

std::map<TopicId, Proposal> ask_topics(NodeReader& node, GoConfig& config) {
  std::map<TopicId, Proposal> asked;
  for (const auto& worker : config.workers) {
    try {
      asked[worker.topic] = propose(node.topic(worker.topic).rules);
    } catch (const Failure& failure) {
      constexpr std::string_view unknown_topic = "--topic: ";
      const std::string sentence = failure.what();
      const bool unknown = sentence.starts_with(unknown_topic);
      config.remarks.push_back(
        {worker.key + ".topicId", unknown ? sentence.substr(unknown_topic.size()) : without_option(failure)});
      if (!unknown) break; // the others would wait as long
    }
  }
  return asked;
}

/// The first endpoint that answers is asked for the chain's id and the topics. None does: a remark.
std::map<TopicId, Proposal> ask_chain(HttpPort& http, ImportNetwork& network, GoConfig& config) {
  for (std::size_t i = 0; i < std::min(network.rpc.size(), most_nodes_asked); ++i) {
    NodeReader node(http, network.rpc[i], node_deadline_ms);
    std::optional<chain::NodeStatus> status;
    try {
      status = node.status();
    } catch (const Failure& failure) {
      config.remarks.push_back({"wallet.nodeRpcs", without_option(failure)});
      continue;
    }
    if (network.chain_id.empty()) network.chain_id = status->chain_id;
    if (status->chain_id != network.chain_id)
      throw Failure(fmt::format("wallet.chainId: {} is a node of {}, not of {}", shown_url(network.rpc[i]),
                                shown_key(status->chain_id), network.chain_id),
                    exit_usage);
    if (const auto fault = chain_id_fault(network.chain_id); !fault.empty())
      throw Failure("wallet.nodeRpcs: the chain's id " + fault, exit_usage);
    return ask_topics(node, config);
  }
  return {};
}

void print_notes(const char* title, const std::vector<GoNote>& notes) {
  if (notes.empty()) return;
  std::cout << title << '\n';
  for (const auto& note : notes) std::cout << fmt::format("  {}: {}\n", note.key, note.sentence);
}

void print_plan(const ImportPlan& plan, const GoConfig& config, const Wallet& wallet) {
  std::cout << fmt::format("wallet {}: must be the Go node's address\nchain  {}, {} endpoint{}\n", wallet.address,
                           plan.chain_id, plan.rpc.size(), plan.rpc.size() == 1 ? "" : "s");
  for (const auto& t : plan.topics)
    std::cout << fmt::format("topic {} of {}: {}, {}, {} ahead, {}\n", t.id.value, t.key, t.symbol,
                             t.target.empty() ? "target not known" : t.target, t.horizon, shown_url(t.model));
  print_notes("not taken over", config.not_taken);
  print_notes("to be checked", config.remarks);
}

void import(const CommandLine& o) {
  const auto source = read_source(o.file);
  auto config = parse_go_config(source.text.reveal(), source.name);
  const fs::path out = fs::absolute(o.out).lexically_normal();
  const auto file = out / "inferd.toml";
  if (fs::exists(file) && !o.replace)
    throw Failure(fmt::format("--out: {} exists already; --replace keeps it as inferd.toml.old", file.string()), exit_usage);
  auto key = choose_key(o, source, config, out / "mnemonic");

  auto network = import_network(o, config);
  auto markets = parse_markets(o.markets);
  for (auto& m : markets)
    if (m.kind == "csv") m.place = fs::absolute(m.place).lexically_normal().string();
  bool local = std::any_of(network.rpc.begin(), network.rpc.end(), is_local);
  for (const auto& w : config.workers) local = local || is_local(w.url) || is_local(w.labelled_url);
  for (const auto& m : markets) local = local || is_local(m.place);
  const auto proxies = usual_proxies(local);
  std::map<TopicId, Proposal> asked;
  if (!o.offline) {
    IoThread io({}, Proxies(proxies.http_proxy, proxies.https_proxy, proxies.no_proxy));
    const auto http = make_http(io);
    asked = ask_chain(*http, network, config);
  }
  auto plan = plan_import(o, network, asked, config);
  plan.markets = std::move(markets);
  plan.mnemonic = key.file == out / "mnemonic" ? "mnemonic" : key.file.string();
  if (local) plan.no_proxy = split(proxies.no_proxy);
  print_plan(plan, config, key.wallet);

  std::error_code error;
  fs::create_directories(out, error);
  if (error) throw Failure(fmt::format("--out: {}: {}", out.string(), error.message()));
  if (key.to_be_written)
    if (const auto fault = chain::write_mnemonic_file(key.file.string(), key.mnemonic); !fault.empty())
      throw Failure("--out: " + fault);
  if (fs::exists(file)) fs::rename(file, out / "inferd.toml.old", error);
  write_config(file, import_config_text(plan));
  check_config(file);

  std::cout << fmt::format("written: {}{}\nnext: inferd config check --config {}\n      inferd doctor --config {}\n"
                           "      stop the Go node, then inferd run {}--config {}\n",
                           file.string(), key.to_be_written ? ", mnemonic (the key, readable by its owner only)" : "",
                           file.string(), file.string(), plan.dry_run ? "--dry-run " : "", file.string());
}

} // namespace

void add_import(CLI::App& program) {
  auto* verb =
    program.add_subcommand("import", "From the config.json of Allora's Go node to a folder with key and configuration");
  verb->footer(
    "Each worker with an InferenceEndpoint becomes a topic that its URL answers. What is not taken over is listed with "
    "the reason;\n"
    "the mnemonic goes to a file of mode 0600 and is never shown. A node is asked what the topics are: symbol, target "
    "and horizon.\n"
    "Without FILE: ALLORA_OFFCHAIN_NODE_CONFIG_JSON (the text), then ALLORA_OFFCHAIN_NODE_CONFIG_FILE_PATH.\n"
    "Exit codes: 0 the folder is complete, 1 not possible, 2 wrong command line or file.\nExamples\n"
    "  inferd import config.json --out worker\n"
    "  inferd import config.json --key mnemonic --out worker      # the key was in a keyring\n"
    "  inferd import config.json --symbol 1=ethusd --target 1=price --horizon 1=5m --offline --out worker\n"
    "  jq .config deployment.json | inferd import - --out worker --replace");
  const auto o = std::make_shared<CommandLine>();
  verb->add_option("FILE", o->file, "The Go node's config.json; - reads standard input; default: the environment");
  verb->add_option("--out", o->out, "The folder")->type_name("DIR")->capture_default_str();
  verb->add_option("--key", o->key, "The file of a mnemonic; default: wallet.addressRestoreMnemonic")->type_name("FILE");
  const auto several = [verb](const char* name, std::vector<std::string>& texts, const char* what, const char* type) {
    verb->add_option(name, texts, what)->type_name(type)->allow_extra_args(false); // FILE may follow
  };
  several("--rpc", o->rpc, "The address of a node's RPC port, instead of the file's; again for more, in order of preference",
          "URL");
  verb->add_option("--chain-id", o->chain_id, "The chain, where the file does not name it; default: that of the node")
    ->type_name("ID");
  several("--symbol", o->symbols, "What is predicted, as btcusd or 1=btcusd; default: the topic's metadata's", "TEXT");
  several("--target", o->targets,
          "log_return, price, volatility or labels, as price or 1=price; default: the topic's metadata's", "TEXT");
  several("--horizon", o->horizons, "How far ahead, as 4h or 1=4h; default: the topic's metadata's", "TIME");
  several("--market", o->markets,
          "KIND, KIND=URL or csv=FILE; again for more, in order of preference; default coinbase, kraken", "SOURCE");
  verb->add_flag("--offline", o->offline, "Ask no node");
  verb->add_flag("--replace", o->replace, "Keep an inferd.toml that is there as inferd.toml.old");
  verb->callback([o] { import(*o); });
}

} // namespace inferd::cli
