// inferd doctor: checks for configuration and host errors, with remedies.

#include "runtime/cli/commands.hpp"
#include "runtime/cli/doctor/doctor_checks.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/chain/comet/comet_chain.hpp"
#include "runtime/config/secret_source.hpp"
#include "runtime/cli/doctor/doctor_chain.hpp"
#include "runtime/cli/doctor/doctor_cost.hpp"
#include "runtime/cli/doctor/doctor_market.hpp"
#include "runtime/cli/doctor/doctor_network.hpp"
#include "runtime/daemon/plan/plan.hpp"
#include "runtime/live/system_clock.hpp"
#include "runtime/live/http_client.hpp"
#include "runtime/live/ws_rpc.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <iostream>

namespace inferd::cli {
namespace {

void print(const Finding& f) {
  const auto* mark = f.kind == Finding::Kind::fine ? "✓" : f.kind == Finding::Kind::doubtful ? "!" : "✗";
  std::cout << fmt::format("{} {:<18} {}\n", mark, f.what, f.seen);
  if (!f.remedy.empty()) std::cout << fmt::format("  {:<18} → {}\n", "", f.remedy);
}

/// `keys`: the address of each wallet, in configuration order.
std::vector<Finding> call(const Config& config, const std::vector<std::optional<Wallet>>& keys, bool offline) {
  IoThread io(config.chain.ca_file, Proxies(config.network.http_proxy, config.network.https_proxy, config.network.no_proxy));
  const auto http = make_http(io);
  auto markets = check_markets(config, http, std::make_shared<SystemClock>(), offline);
  if (offline) return markets;
  auto headers = read_rpc_headers(config.chain, real_host());
  if (const auto* fault = std::get_if<std::string>(&headers)) return {{Finding::Kind::wrong, "endpoint", *fault, {}}};
  auto findings = check_network(config, *http, SystemClock().now(), 5'000, std::get<0>(headers));
  findings.insert(findings.end(), markets.begin(), markets.end());
  RpcSettings rpc{.endpoints = config.chain.rpc};
  for (std::size_t i = 0; i < config.chain.endpoints.size(); ++i)
    rpc.options.push_back({config.chain.endpoints[i].websocket, std::get<0>(headers)[i]});
  const auto reached = [](const Finding& f) { return f.what == "endpoint" && f.kind != Finding::Kind::wrong; };
  if (std::none_of(findings.begin(), findings.end(), reached)) return findings;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto& wallet = keys[i];
    if (!wallet) continue;
    auto topics = config.wallets[i].topics;
    if (topics.empty())
      for (const auto& topic : config.topics) topics.push_back(topic.id);
    const auto chain = make_comet_chain(
      make_rpc(io, rpc), {.chain_id = config.chain.id, .wallet = *wallet, .clock = std::make_shared<SystemClock>()});
    for (auto& f : check_chain(config, *wallet, topics, *chain, std::chrono::seconds(10))) findings.push_back(std::move(f));
    if (findings.back().what != "chain")
      findings.push_back(check_day(config, *wallet, topics, *chain, *http, std::get<0>(headers)));
  }
  return findings;
}

constexpr const char* mend = "`inferd config example` explains every setting";

/// Keys and models: reported with more by check_key and check_models.
bool has_a_check_of_its_own(const Config& config, const std::string& setting) {
  for (const auto& wallet : config.wallets)
    if (setting == wallet.table + ".mnemonic" || setting == wallet.table + ".address") return true;
  for (const auto& topic : config.topics)
    if (setting == topic.table + ".model") return true;
  return false;
}

std::vector<Finding> examine(const std::string& path, bool offline) {
  using Kind = Finding::Kind;
  const auto host = real_host();
  std::vector<Finding> findings;
  const auto shown = path.empty() ? "no file (defaults and environment)" : path;
  auto result = load_config(path, host);
  if (auto* mistakes = std::get_if<std::vector<ConfigMistake>>(&result)) {
    for (const auto& m : *mistakes) findings.push_back({Kind::wrong, "config", to_string(m), {}});
    findings.back().remedy = mend;
    // Continues with the checks that do not need the missing settings.
    result = load_config(path, host, ConfigFor::lookup);
  } else {
    const auto& config = std::get<Config>(result);
    const auto count = findings.size();
    for (const auto& m : start_mistakes(config, SystemClock().now()))
      if (!has_a_check_of_its_own(config, m.setting)) findings.push_back({Kind::wrong, "config", to_string(m), mend});
    if (findings.size() == count) findings.push_back({Kind::fine, "config", shown, {}});
  }
  findings.push_back(check_clock(SystemClock().now(), clock_is_synchronised()));
  const auto* config = std::get_if<Config>(&result);
  if (!config) return findings;
  std::vector<std::optional<Wallet>> keys;
  for (const auto& wallet : config->wallets) {
    keys.emplace_back();
    if (!wallet.mnemonic) continue;
    auto key = check_key(wallet, host);
    keys.back() = key.wallet;
    findings.push_back(std::move(key.finding));
  }
  findings.push_back(check_memory_lock());
  findings.push_back(check_registering(config->chain));
  for (auto& f : check_models(*config)) findings.push_back(std::move(f));
  findings.push_back(check_books(config->ledger_path));
  findings.push_back(check_space("disk of books", config->ledger_path));
  findings.push_back(check_writable("state", config->state_dir));
  if (config->tape.on) findings.push_back(check_writable("tapes", config->tape.dir));
  findings.push_back(check_log(config->log));
  findings.push_back(check_socket(config->admin_socket));
  for (auto& f : call(*config, keys, offline)) findings.push_back(std::move(f));
  return findings;
}

void doctor(const std::string& given, bool offline) {
  std::size_t wrong = 0;
  for (const auto& finding : examine(config_path(given), offline)) {
    print(finding);
    wrong += finding.kind == Finding::Kind::wrong;
  }
  std::cout.flush();
  if (wrong > 0) throw Failure(fmt::format("{} thing{} must be mended before inferd can run", wrong, wrong == 1 ? "" : "s"));
}

} // namespace

void add_doctor(CLI::App& program) {
  auto* verb = program.add_subcommand("doctor", "Look for everything that may keep inferd from running, and say what to do");
  verb->footer("Examples\n"
               "  inferd doctor\n"
               "  inferd doctor --offline\n"
               "  inferd doctor --config /etc/inferd/inferd.toml\n"
               "Asks the endpoints, every market source for real candles, and the chain about the wallet and each topic.\n"
               "✓ fine, ! doubtful, ✗ wrong. Changes nothing.\n"
               "Exit codes: 0 nothing wrong, 1 something is.");
  const auto given = add_config_option(*verb);
  auto offline = std::make_shared<bool>();
  verb->add_flag("--offline", *offline, "Ask no endpoint");
  verb->callback([given, offline] { doctor(*given, *offline); });
}

} // namespace inferd::cli
