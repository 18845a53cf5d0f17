#pragma once
// Settings of a simulated chain. Deterministic: equal settings and calls give equal bytes.

#include "messages/units.hpp"
#include "runtime/sim/chain/amount.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace inferd::sim {

/// Gas price in 10^-18 uallo, the fee market's unit.
using Atto = Amount;
inline constexpr Atto one_uallo_per_gas = Atto{1'000'000'000'000'000'000u};

struct TopicSettings {
  std::uint64_t id = 1;
  std::string metadata = "btc_usd 7day log return";
  std::int64_t epoch_length = 30;     ///< blocks between openings
  std::int64_t window_length = 15;    ///< submissions are accepted up to block nonce + this
  std::int64_t ground_truth_lag = 60; ///< blocks until reputers may report; they have one epoch for it
  std::int64_t first_nonce = 0;       ///< the first opening; 0: at the first multiple of epoch_length
  bool multi = false;                 ///< requires labels
  bool allow_negative = true;         ///< reported only: the real chain does not enforce it, either
  bool require_unity = false;
  std::string unity_tolerance = "0.000001";
  std::uint64_t max_labels = 1;
  std::vector<std::string> labels; ///< label whitelist; empty: any
  bool case_sensitive = false;
  bool whitelist_enabled = false; ///< only whitelisted workers may submit
  double score_scale = 0.05;      ///< the error that halves a single value's score
};

/// The observed outcome of a window.
struct Truth {
  double value{};    ///< single-value topics
  std::string label; ///< topics with labels
};

struct ChainSettings {
  std::string chain_id = "localnet";
  std::string emissions = "v10"; ///< or "v9": other paths and type URLs, no labels
  std::uint64_t seed = 1;
  std::int64_t first_height = 0; ///< height at start
  Instant genesis{};
  Atto gas_price = one_uallo_per_gas;
  std::vector<TopicSettings> topics = {TopicSettings{}};
  Amount epoch_reward = Amount{2'963'496'045'174'372'720u}; ///< uallo for each window, split among its workers by score
  std::size_t max_block_txs = 0;                            ///< 0: unlimited
  std::size_t mempool_limit = 5'000;
  std::size_t kept_blocks = 2'000;    ///< older blocks are pruned
  std::size_t kept_txs = 20'000;      ///< transactions kept by hash; those of pruned blocks are dropped, too
  std::size_t past_states = 0;        ///< blocks whose state of the emissions module is kept, for nodes that are behind
  std::size_t mempool_cache = 10'000; ///< hashes of known transactions; CometBFT's default

  /// Nothing if unknown: the window is never scored. `opened` is the time of the nonce's block.
  std::function<std::optional<Truth>(const TopicSettings&, Instant opened)> truth;
};

} // namespace inferd::sim
