#include "runtime/cli/setup/init_plan.hpp"

#include "base/duration.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/config/settings_reader.hpp"
#include "runtime/market/market.hpp"
#include "runtime/market/vendors/vendor_api.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace inferd::cli {
namespace {

constexpr std::size_t shown_text = 120; ///< of a text from the chain

/// Of untrusted text: printable ASCII, cut.
std::string plain(const std::string& text) {
  std::string out;
  for (const char c : text.substr(0, shown_text)) out += c < ' ' || c > '~' ? '?' : c;
  return out + (text.size() > shown_text ? "…" : "");
}

std::string horizon_of(std::int64_t minutes) { return duration_text(minutes * 60'000); }

std::string wanted(const TopicArrived& rules) {
  const auto text = read_topic_text(rules.metadata);
  std::vector<std::string> parts;
  if (rules.multi)
    parts.push_back(rules.labels.empty() ? "labels of the worker's choice"
                                         : plain(fmt::format("labels {}", fmt::join(rules.labels, ", "))));
  else if (!text.kind) parts.emplace_back("its metadata does not say what kind of value");
  else
    parts.emplace_back(*text.kind == TopicText::Kind::log_return   ? "a log return"
                       : *text.kind == TopicText::Kind::price      ? "a price"
                       : *text.kind == TopicText::Kind::volatility ? "a volatility"
                                                                   : "a direction");
  if (text.bases.size() == 1) parts.push_back("of " + plain(text.bases.front()) + "usd");
  if (text.horizons.size() == 1) parts.push_back(horizon_of(text.horizons.front()) + " ahead");
  else if (text.horizons.empty()) parts.emplace_back("(no horizon in its metadata)");
  else parts.emplace_back("(several horizons in its metadata)");
  return fmt::format("{}", fmt::join(parts, " "));
}

} // namespace

const std::vector<KnownNetwork>& known_networks() {
  static const std::vector<KnownNetwork> all{
    {"testnet", "allora-testnet-1", {"https://allora-rpc.testnet.allora.network"}, "https://faucet.testnet.allora.run"},
    {"mainnet", "allora-mainnet-1", {"https://allora-rpc.mainnet.allora.network", "https://allora-rpc.polkachu.com"}, nullptr}};
  return all;
}

std::string topic_text(const TopicArrived& rules, const chain::TopicDescription& d, const std::string& chain_id) {
  return fmt::format("topic {} of {}: \"{}\"\n"
                     "  wants    {}\n"
                     "  type     {}, {}{}\n"
                     "  loss     {}\n"
                     "  epoch    a window every {} blocks, open for {}; the truth is known after {}\n"
                     "  creator  {}\n",
                     rules.topic.value, chain_id, plain(rules.metadata), wanted(rules),
                     d.classification ? "classification" : "regression",
                     rules.multi ? fmt::format("up to {} labelled values", rules.max_labels) : "one value",
                     rules.require_unity    ? ", which sum to 1"
                     : rules.allow_negative ? ""
                                            : ", not negative",
                     d.loss_method.empty() ? "not named" : plain(d.loss_method), rules.epoch_length, rules.window_length,
                     rules.ground_truth_lag, d.creator.empty() ? "not named" : plain(d.creator));
}

Proposal propose(const TopicArrived& rules) {
  const auto text = read_topic_text(rules.metadata);
  Proposal p;
  const auto is_base = [](const std::string& base) { return base.size() >= 2 && base.size() <= 10; };
  if (text.bases.size() == 1 && is_base(text.bases.front())) p.symbol = text.bases.front() + "usd";
  if (text.horizons.size() == 1) p.horizon = horizon_of(text.horizons.front());
  if (rules.multi) p.target = "labels";
  else if (text.kind && *text.kind != TopicText::Kind::direction)
    p.target = *text.kind == TopicText::Kind::log_return ? "log_return"
               : *text.kind == TopicText::Kind::price    ? "price"
                                                         : "volatility";
  return p;
}

Interval usual_interval(ModelOutput output, std::int64_t horizon_ms) {
  constexpr Interval minute{60'000}, five_minutes{300'000}, day{24 * ms_per_hour};
  if (output == ModelOutput::volatility && horizon_ms <= day.ms && horizon_ms % minute.ms == 0) return minute;
  for (const auto interval : {one_hour, five_minutes})
    if (horizon_ms % interval.ms == 0) return interval;
  return minute;
}

std::int64_t usual_history(Interval interval) {
  constexpr std::int64_t day = 24 * ms_per_hour;
  return interval.ms < 300'000 ? 30 * day : interval.ms < ms_per_hour ? 90 * day : interval.ms < day ? 540 * day : 1'500 * day;
}

std::vector<InitMarket> parse_markets(const std::vector<std::string>& texts) {
  std::vector<InitMarket> markets;
  for (const auto& text : texts) {
    const auto mark = std::min(text.find('='), text.size());
    InitMarket m{text.substr(0, mark), mark == text.size() ? "" : text.substr(mark + 1)};
    if (m.kind != "csv" && !market::find_vendor(m.kind))
      throw Failure(fmt::format("--market: \"{}\" is none of {}", m.kind, market::source_kinds()), exit_usage);
    if (m.kind == "csv" && m.place.empty()) throw Failure("--market: csv wants its file, as csv=btcusd-1h.csv", exit_usage);
    if (m.kind != "csv" && !m.place.empty() && !m.place.starts_with("http://") && !m.place.starts_with("https://"))
      throw Failure(fmt::format("--market: the address of {} must begin with http:// or https://", m.kind), exit_usage);
    for (const auto& other : markets)
      if (other.kind == m.kind) throw Failure(fmt::format("--market: {} is named twice", m.kind), exit_usage);
    markets.push_back(std::move(m));
  }
  return markets;
}

std::string market_text(const std::vector<InitMarket>& markets, const std::string& token_env) {
  std::string out;
  for (const auto& m : markets) {
    out += fmt::format("\n[[market.source]]\nkind = {}\n", toml_text(m.kind));
    if (!m.place.empty()) out += fmt::format("{} = {}\n", m.kind == "csv" ? "path" : "url", toml_text(m.place));
    if (m.kind == "tiingo") out += fmt::format("token_env = {}\n", toml_text(token_env));
  }
  return out;
}

std::string init_config_text(const InitConfig& c) {
  std::vector<std::string> rpc;
  for (const auto& url : c.rpc) rpc.push_back(toml_text(url));
  auto out = fmt::format("# Made by `inferd init`. `inferd config example` explains every setting.\nstate_dir = {}\n\n"
                         "[chain]\nid = {}\nrpc = {}\n",
                         c.service ? "\"/var/lib/inferd\"" : "\".\"", toml_text(c.chain_id), list_text(rpc));
  if (!c.no_proxy.empty()) {
    std::vector<std::string> hosts;
    for (const auto& host : c.no_proxy) hosts.push_back(toml_text(host));
    out += fmt::format("\n[network]\nno_proxy = {}\n", list_text(hosts));
  }
  out += c.mnemonic.empty() ? "\n[wallet]\ncredential = \"mnemonic\"\n"
                            : fmt::format("\n[wallet]\nmnemonic_file = {}\n", toml_text(c.mnemonic));
  out += market_text(c.markets, c.token_env);
  out += fmt::format("\n[[topic]]\nid = {}\nsymbol = {}\nhorizon = {}\ninterval = {}\n", c.topic, toml_text(c.symbol),
                     toml_text(c.horizon), toml_text(duration_text(c.interval.ms)));
  if (!c.target.empty()) out += fmt::format("target = {}\n", toml_text(c.target));
  out += fmt::format("model = {}\n", c.model.starts_with('{') ? c.model : toml_text(c.model));
  if (c.service) out += "\n[admin]\nsocket = \"/run/inferd/admin.sock\"\n\n[log]\ndir = \"/var/log/inferd\"\n";
  return out;
}

} // namespace inferd::cli
