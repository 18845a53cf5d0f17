#pragma once
// What a simulated chain is made of. With the same settings and the same calls it does the same, to the byte.

#include "messages/units.hpp"
#include "runtime/sim/chain/amount.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace inferd::sim {

/// Price of gas in 10^-18 uallo, the fee market's own unit.
using Atto = Amount;
inline constexpr Atto one_uallo_per_gas = Atto{1'000'000'000'000'000'000u};

struct TopicSettings {
  std::uint64_t id = 1;
  std::string metadata = "btc_usd 7day log return";
  std::int64_t epoch_length = 30;     ///< blocks from one opening to the next
  std::int64_t window_length = 15;    ///< the last block that takes an answer is nonce + this
  std::int64_t ground_truth_lag = 60; ///< blocks until reputers may report; they have an epoch for it
  std::int64_t first_nonce = 0;       ///< the first opening; 0: after one epoch
  bool multi = false;                 ///< labels wanted
  bool allow_negative = true;         ///< told to whoever asks; the real chain refuses no value for it either
  bool require_unity = false;
  std::string unity_tolerance = "0.000001";
  std::uint64_t max_labels = 1;
  std::vector<std::string> labels; ///< the whitelist of labels; empty: any
  bool case_sensitive = false;
  bool whitelist_enabled = false; ///< only listed workers
  double score_scale = 0.05;      ///< an error of this size halves the score of a single value
};

/// What came to pass for a window.
struct Truth {
  double value{};    ///< of a single-value topic
  std::string label; ///< of a topic with labels
};

struct ChainSettings {
  std::string chain_id = "localnet";
  std::string emissions = "v10"; ///< or "v9": paths and type URLs change, labels are unknown
  std::uint64_t seed = 1;
  std::int64_t first_height = 0; ///< the chain is this high when it starts
  Instant genesis{};
  Atto gas_price = one_uallo_per_gas;
  std::vector<TopicSettings> topics = {TopicSettings{}};
  Amount epoch_reward = Amount{2'963'496'045'174'372'720u}; ///< uallo, split by score among a window's workers
  std::size_t max_block_txs = 0;                            ///< 0: a block takes the whole mempool
  std::size_t mempool_limit = 5'000;
  std::size_t kept_blocks = 2'000;    ///< block_results of older heights are pruned
  std::size_t kept_txs = 20'000;      ///< and transactions by hash, or of pruned blocks
  std::size_t mempool_cache = 10'000; ///< hashes that it refuses to look at again; the number is CometBFT's default

  /// Nothing while it cannot be told (yet): the window is never scored. `opened` is the time of the nonce's block.
  std::function<std::optional<Truth>(const TopicSettings&, Instant opened)> truth;
};

} // namespace inferd::sim
