#pragma once
// The recorded chain.

#include "runtime/sim/chain/bytes.hpp"
#include "runtime/sim/chain/chain_state.hpp"

#include <boost/json/parse.hpp>
#include <fstream>
#include <iterator>
#include <string>

namespace inferd::sim::test {

inline boost::json::value golden(const std::string& name) {
  std::ifstream file(std::string(INFERD_SOURCE_DIR) + "/tests/golden/" + name);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  return boost::json::parse(text);
}

inline std::string str(const boost::json::value& v) { return std::string(v.as_string()); }

inline const std::string worker = "allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv"; ///< in every topic; account 2

/// Topics 1 (single value), 2 (labels) and 3 (whitelist) of the recorded chain.
inline std::vector<TopicSettings> recorded_topics() {
  TopicSettings one, two, three;
  one.first_nonce = 1293;
  two.id = 2;
  two.metadata = "btc direction 1h";
  two.first_nonce = 1318;
  two.multi = two.require_unity = true;
  two.allow_negative = false;
  two.max_labels = 3;
  two.labels = {"up", "down", "flat"};
  three.id = 3;
  three.metadata = "whitelisted eth 5min";
  three.first_nonce = 1310;
  three.whitelist_enabled = true;
  return {one, two, three};
}

/// The state before the first recorded submission: height 1292.
inline ChainState recorded_chain() {
  ChainSettings settings;
  settings.first_height = 1292;
  settings.topics = recorded_topics();
  ChainState chain(settings);
  chain.set_account(worker, {2, 12, *parse_amount("100000000000000000000000000"), {}});
  chain.emissions().whitelist_globally(worker);
  for (const auto id : {1, 2, 3}) chain.emissions().find(static_cast<std::uint64_t>(id))->registered.insert(worker);
  return chain;
}

inline void advance_to(ChainState& chain, std::int64_t height) {
  while (chain.height() < height) chain.advance_block(Instant{(chain.height() + 1) * 500});
}

} // namespace inferd::sim::test
