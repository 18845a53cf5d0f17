#include "runtime/cli/setup/import_plan.hpp"

#include "base/duration.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/config/checks.hpp"
#include "runtime/config/settings_reader.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace inferd::cli {
namespace {

constexpr std::int64_t usual_query_timeout_s = 60; ///< of the Go node
constexpr const char *usual_symbol = "btcusd", *usual_horizon = "7d";

std::string duration_fault(const std::string& text) {
  const auto ms = parse_duration(text);
  return ms && *ms % 60'000 == 0 ? "" : "is not a duration such as 15m, 4h or 7d";
}

std::string target_fault(const std::string& text) {
  for (const auto* known : {"log_return", "price", "volatility", "labels"})
    if (text == known) return {};
  return "is none of log_return, price, volatility, labels";
}

/// The values of one option by topic; TopicId{} stands for all.
std::map<TopicId, std::string> by_topic(const char* option, const std::vector<std::string>& texts,
                                        std::string (*fault)(const std::string&), const GoConfig& config) {
  std::map<TopicId, std::string> values;
  for (const auto& text : texts) {
    TopicId topic;
    auto value = text;
    if (const auto mark = text.find('='); mark != text.npos) {
      const auto* end = text.data() + mark;
      const auto parsed = std::from_chars(text.data(), end, topic.value);
      const bool known =
        std::any_of(config.workers.begin(), config.workers.end(), [&](const GoWorker& w) { return w.topic == topic; });
      if (parsed.ec != std::errc{} || parsed.ptr != end || !known)
        throw Failure(fmt::format("{}: \"{}\" names no topic of the file", option, text), exit_usage);
      value = text.substr(mark + 1);
    }
    if (const auto wrong = fault(value); !wrong.empty())
      throw Failure(fmt::format("{}: \"{}\" {}", option, value, wrong), exit_usage);
    if (!values.emplace(topic, value).second) throw Failure(fmt::format("{}: \"{}\" is there twice", option, text), exit_usage);
  }
  return values;
}

std::string symbol_option_fault(const std::string& text) { return symbol_fault(text); }

/// ETH → ethusd, BTCUSD → btcusd; empty: not a currency's short name.
std::string symbol_of_token(const std::string& token) {
  std::string small;
  for (const char c : token) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (!capital && !(c >= 'a' && c <= 'z')) return {};
    small += capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (small.ends_with("usd") && small.size() > 4) return small.size() <= 8 ? small : "";
  return small.size() >= 2 && small.size() <= 5 ? small + "usd" : "";
}

class Planner {
public:
  Planner(const ImportOptions& o, const std::map<TopicId, Proposal>& asked, GoConfig& config)
    : asked_(asked), config_(config), symbols_(by_topic("--symbol", o.symbols, symbol_option_fault, config)),
      targets_(by_topic("--target", o.targets, target_fault, config)),
      horizons_(by_topic("--horizon", o.horizons, duration_fault, config)) {}

  ImportTopic topic(const GoWorker& w) {
    const auto asked = asked_.find(w.topic);
    const auto proposal = asked == asked_.end() ? Proposal{} : valid(asked->second);
    ImportTopic t{.key = w.key, .id = w.topic, .interval = {}};
    std::vector<std::string> guessed;
    t.target = value(targets_, w.topic, proposal.target);
    choose_url(w, t);
    if (t.target.empty()) guessed.emplace_back("target");
    t.symbol = value(symbols_, w.topic, proposal.symbol);
    if (t.symbol.empty()) {
      const auto of_token = symbol_of_token(w.token);
      t.symbol = of_token.empty() ? usual_symbol : of_token;
      guessed.push_back(fmt::format("symbol ({}{})", t.symbol, of_token.empty() ? "" : ", by the parameter Token"));
    }
    t.horizon = value(horizons_, w.topic, proposal.horizon);
    if (t.horizon.empty()) {
      t.horizon = usual_horizon;
      guessed.push_back(fmt::format("horizon ({})", t.horizon));
    }
    const auto output = t.target == "volatility" ? ModelOutput::volatility : ModelOutput::log_return;
    t.interval = usual_interval(output, *parse_duration(t.horizon));
    if (!guessed.empty()) {
      std::string list;
      for (const auto& g : guessed) list += (list.empty() ? "" : ", ") + g;
      config_.remarks.push_back(
        {w.key, fmt::format("topic {}: neither the file nor {} says {}; set it in inferd.toml or with --target, --symbol, "
                            "--horizon{}",
                            w.topic.value, asked == asked_.end() ? "a node" : "the topic's metadata", list,
                            t.target.empty() ? "; without a target log returns are expected, and prices are refused" : "")});
    }
    return t;
  }

private:
  /// Of the metadata, which is free text, what the settings take.
  static Proposal valid(Proposal p) {
    if (p.symbol && !symbol_fault(*p.symbol).empty()) p.symbol.reset();
    if (p.horizon && !duration_fault(*p.horizon).empty()) p.horizon.reset();
    return p;
  }

  static std::string value(const std::map<TopicId, std::string>& given, TopicId topic,
                           const std::optional<std::string>& asked) {
    for (const auto key : {topic, TopicId{}})
      if (const auto it = given.find(key); it != given.end()) return it->second;
    return asked.value_or("");
  }

  /// Of two endpoints the one that the topic's kind of value is of.
  void choose_url(const GoWorker& w, ImportTopic& t) {
    const bool labelled = w.url.empty() || (t.target == "labels" && !w.labelled_url.empty());
    t.model = labelled ? w.labelled_url : w.url;
    if (labelled) t.target = "labels";
    if (w.url.empty() || w.labelled_url.empty()) return;
    config_.not_taken.push_back({w.key + (labelled ? ".parameters.InferenceEndpoint" : ".parameters.LabeledInferenceEndpoint"),
                                 fmt::format("the topic takes {}", labelled ? "labels" : "one value")});
  }

  const std::map<TopicId, Proposal>& asked_;
  GoConfig& config_;
  std::map<TopicId, std::string> symbols_, targets_, horizons_;
};

} // namespace

ImportNetwork import_network(const ImportOptions& o, GoConfig& config) {
  ImportNetwork network{o.chain_id.empty() ? config.chain_id : o.chain_id, o.rpc.empty() ? config.rpc : o.rpc};
  if (const auto fault = o.chain_id.empty() ? "" : chain_id_fault(o.chain_id); !fault.empty())
    throw Failure(fmt::format("--chain-id: \"{}\" {}", o.chain_id, fault), exit_usage);
  for (const auto& rpc : o.rpc)
    if (const auto fault = url_fault(rpc, {"https", "http", "wss", "ws", "tcp"}); !fault.empty())
      throw Failure("--rpc: " + fault, exit_usage);
  if (!o.rpc.empty())
    for (const auto& rpc : config.rpc)
      if (std::find(o.rpc.begin(), o.rpc.end(), rpc) == o.rpc.end())
        config.not_taken.push_back({"wallet.nodeRpcs", shown_url(rpc) + ": --rpc names others"});
  if (!network.rpc.empty()) return network;
  for (const auto& known : known_networks())
    if (network.chain_id == known.chain_id) {
      network.rpc = known.rpc;
      config.remarks.push_back({"wallet.nodeRpcs", "is missing; the network's public endpoint is used"});
      return network;
    }
  throw Failure("wallet.nodeRpcs: is missing; name the address of a node's RPC port with --rpc URL", exit_usage);
}

std::string chain_id_of(const ImportNetwork& network, GoConfig& config) {
  if (!network.chain_id.empty()) return network.chain_id;
  for (const auto& rpc : network.rpc)
    for (const auto& known : known_networks())
      if (shown_url(rpc).find(known.name) != std::string::npos) {
        config.remarks.push_back({"wallet.chainId", fmt::format("is missing; {} by the endpoint's name", known.chain_id)});
        return known.chain_id;
      }
  throw Failure("wallet.chainId: is missing, and no node was reached that says it; name it with --chain-id ID", exit_usage);
}

ImportPlan plan_import(const ImportOptions& o, const ImportNetwork& network, const std::map<TopicId, Proposal>& asked,
                       GoConfig& config) {
  ImportPlan plan{.chain_id = chain_id_of(network, config), .rpc = network.rpc, .dry_run = !config.submits};
  if (config.max_fees && *config.max_fees > Uallo{}) plan.fee_cap = config.max_fees;
  else if (config.max_fees) config.not_taken.push_back({"wallet.maxFees", "is 0; the chain's usual cap holds"});
  if (const auto s = config.query_timeout_s) {
    if (*s > 0 && *s < usual_query_timeout_s) plan.deadline_ms = *s * 1'000;
    else
      config.not_taken.push_back({"wallet.timeoutRPCSecondsQuery",
                                  *s == usual_query_timeout_s
                                    ? "60 s is the Go node's default and longer than many windows; chain.deadline_ms stays 5000"
                                    : "is not between 1 and 59 s; chain.deadline_ms stays 5000"});
  }
  Planner planner(o, asked, config);
  for (const auto& worker : config.workers) plan.topics.push_back(planner.topic(worker));
  return plan;
}

std::string import_config_text(const ImportPlan& p) {
  std::vector<std::string> rpc, hosts;
  for (const auto& url : p.rpc) rpc.push_back(toml_text(url));
  for (const auto& host : p.no_proxy) hosts.push_back(toml_text(host));
  std::string out =
    "# Made by `inferd import` from the configuration of a Go node. `inferd config example` explains every setting.\n";
  if (p.dry_run) out += "# submitTx was false there: `inferd run --dry-run` does everything but the broadcast.\n";
  out += fmt::format("state_dir = \".\"\n\n[chain]\nid = {}\nrpc = {}\n", toml_text(p.chain_id), list_text(rpc));
  if (p.fee_cap) out += fmt::format("fee_cap_uallo = {}\n", toml_text(to_digits(p.fee_cap->value)));
  if (p.deadline_ms) out += fmt::format("deadline_ms = {}\n", *p.deadline_ms);
  if (!hosts.empty()) out += fmt::format("\n[network]\nno_proxy = {}\n", list_text(hosts));
  out += fmt::format("\n[wallet]\nmnemonic_file = {}\n", toml_text(p.mnemonic));
  out += market_text(p.markets, "TIINGO_API_KEY");
  for (const auto& t : p.topics) {
    out += fmt::format("\n[[topic]]  # {}\nid = {}\nsymbol = {}\nhorizon = {}\ninterval = {}\n", t.key, t.id.value,
                       toml_text(t.symbol), toml_text(t.horizon), toml_text(duration_text(t.interval.ms)));
    out += t.target.empty() ? "# target = \"price\"  # or log_return, which is the default, volatility, labels\n"
                            : fmt::format("target = {}\n", toml_text(t.target));
    out += fmt::format("model = {}\n", toml_text(t.model));
  }
  return out;
}

} // namespace inferd::cli
