#include "runtime/cli/demo/sim_options.hpp"

#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/sim/chain/bytes.hpp"
#include "runtime/sim/chain/network_preset.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <set>

namespace inferd::cli {

namespace {

[[noreturn]] void wrong(const std::string& option, const std::string& what) { throw Failure(option + ": " + what, exit_usage); }

sim::TopicSettings topic(const std::string& text, const SimOptions& o) {
  sim::TopicSettings t;
  const auto equals = text.find('=');
  const auto id = text.substr(0, equals);
  const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), t.id);
  if (error != std::errc{} || end != id.data() + id.size() || t.id == 0)
    wrong("--topics", "'" + text + "' is not a topic; 3 is one, and 4=up/down/flat is one with labels");
  t.epoch_length = o.epoch;
  t.window_length = o.window;
  t.ground_truth_lag = o.lag;
  if (equals == std::string::npos) return t;
  t.metadata = "btc_usd 7day direction";
  t.multi = t.require_unity = true;
  t.allow_negative = false;
  for (std::size_t at = equals + 1; at <= text.size();) {
    const auto slash = std::min(text.find('/', at), text.size());
    if (slash == at) wrong("--topics", "'" + text + "' has an empty label");
    t.labels.push_back(text.substr(at, slash - at));
    at = slash + 1;
  }
  if (t.labels.empty()) wrong("--topics", "'" + text + "' has no labels");
  t.max_labels = t.labels.size();
  return t;
}

std::pair<std::string, sim::Amount> funds(const std::string& text, sim::Amount usual) {
  const auto equals = text.find('=');
  const auto address = text.substr(0, equals);
  if (const auto error = sim::address_error(address)) wrong("--fund", "'" + address + "' is no address: " + *error);
  const auto uallo = equals == std::string::npos ? usual : sim::parse_amount(text.substr(equals + 1));
  if (!uallo) wrong("--fund", "'" + text.substr(equals + 1) + "' is no amount of uallo");
  return {address, *uallo};
}

/// Exact, up to 18 decimals.
sim::Atto price(const std::string& text) {
  const auto point = text.find('.');
  auto digits = text.substr(0, point);
  auto fraction = point == std::string::npos ? std::string() : text.substr(point + 1);
  if (fraction.size() <= 18) fraction.append(18 - fraction.size(), '0');
  const auto atto = sim::parse_amount(digits + fraction);
  if (digits.empty() || digits.size() > 12 || fraction.size() > 18 || !atto)
    wrong("--gas-price", "'" + text + "' is no price in uallo; 1 and 0.25 are");
  return *atto;
}

} // namespace

sim::WorldSettings world_settings(const SimOptions& o) {
  if (o.block_ms < 1) wrong("--block-ms", "a block takes at least 1 ms");
  if (o.epoch < 1) wrong("--epoch", "an epoch has at least 1 block");
  if (o.window < 1) wrong("--window", "a window has at least 1 block");
  if (o.lag < 0) wrong("--lag", "the truth is not known before the window opens");
  const auto* network = sim::network_preset(o.network);
  if (!network) wrong("--network", "'" + o.network + "' is unknown; local, testnet and mainnet are known");

  sim::WorldSettings world;
  world.block_ms = o.block_ms;
  world.chain.chain_id = o.chain_id.value_or(network->chain_id);
  world.chain.emissions = o.emissions.value_or(network->emissions);
  world.chain.gas_price = o.gas_price ? price(*o.gas_price) : network->gas_price;
  if (world.chain.emissions != "v10" && world.chain.emissions != "v9")
    wrong("--emissions", "'" + world.chain.emissions + "' is neither v10 nor v9");
  if (world.chain.chain_id.empty()) wrong("--chain-id", "must not be empty");
  world.chain.topics.clear();
  std::set<std::uint64_t> ids;
  for (const auto& text : o.topics) {
    world.chain.topics.push_back(topic(text, o));
    const auto id = world.chain.topics.back().id;
    if (!ids.insert(id).second) wrong("--topics", fmt::format("topic {} is named twice", id));
  }
  for (const auto& text : o.metadata) {
    const auto equals = text.find('=');
    const auto named = std::find_if(world.chain.topics.begin(), world.chain.topics.end(),
                                    [&](const auto& t) { return std::to_string(t.id) == text.substr(0, equals); });
    if (equals == text.npos || named == world.chain.topics.end())
      wrong("--metadata", "'" + text + "' is not ID=TEXT of one of the topics");
    named->metadata = text.substr(equals + 1);
  }
  for (const auto& text : o.fund) {
    world.funded.push_back(funds(text, network->funds));
    if (o.registered) world.registered.push_back(world.funded.back().first);
  }
  return world;
}

} // namespace inferd::cli
