#pragma once

#include "runtime/sim/chain/ante.hpp"
#include "runtime/sim/chain/emissions.hpp"

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace inferd::sim {

/// A transaction in a block. `outcome.code` 0: executed. Otherwise it failed; the fee is taken unless the ante checks failed
/// (sequence already used, timeout).
struct TxResult {
  std::string hash, bytes;
  std::int64_t height{};
  std::size_t index{};
  Outcome outcome;
  std::uint64_t gas_wanted{};
  std::string type_url; ///< of its message; empty if it failed
  std::vector<Event> events;
};

struct Block {
  std::int64_t height{};
  Instant time;
  std::vector<std::shared_ptr<const TxResult>> txs;
  std::vector<Event> events; ///< end-block events of the emissions module
};

/// broadcast_tx_sync's result.
struct CheckAnswer {
  std::string hash;
  Outcome outcome;
  std::string error; ///< not empty: a JSON-RPC error; CheckTx did not run
};

/// A single-validator chain: accounts, fee market, mempool, blocks, emissions module. No sockets, threads or clock;
/// deterministic. A copy is a snapshot: assigning it rolls the chain back to its block.
class ChainState {
public:
  explicit ChainState(ChainSettings settings);

  /// Controls for tests and operators; effective at once.
  void fund(const std::string& address, Amount uallo);           ///< creates an unknown account
  void set_account(const std::string& address, Account account); ///< later accounts get numbers above the highest
  void upgrade(const std::string& emissions);                    ///< the module's version, "v9" or "v10", from the next call on
  void set_gas_price(Atto price) { settings_.gas_price = price; }
  void set_truth(decltype(ChainSettings::truth)); ///< only before the first block (asserted)
  Emissions& emissions() { return emissions_; }

  /// CheckTx, on top of the transactions in the mempool.
  CheckAnswer check_tx(std::string_view bytes);
  /// Simulates a transaction. `outcome.gas_used` excludes the fee steps, as on a real node.
  Outcome simulate(std::string_view bytes) const;
  /// Executes the mempool in order, runs the emissions module's end block, rechecks the remaining transactions.
  const Block& advance_block(Instant now);

  const ChainSettings& settings() const { return settings_; }
  const Emissions& emissions() const { return emissions_; }
  /// As of that block, or of the nearest one that is kept (ChainSettings::past_states).
  const Emissions& emissions_at(std::int64_t height) const;
  std::int64_t height() const { return height_; }
  Instant time() const { return time_; } ///< of the last block
  Atto gas_price() const { return settings_.gas_price; }
  const Account* account(const std::string& address) const; ///< as of the last block; null: never funded
  /// As of that block. Requires an account.
  std::uint64_t sequence_at(const std::string& address, std::int64_t height) const;
  std::size_t mempool_size() const { return mempool_.size(); }
  const Block* block(std::int64_t height) const;     ///< null: future or pruned
  void prune(std::size_t blocks);                    ///< keeps this many blocks and their transactions
  std::int64_t oldest_block() const;                 ///< lowest height not pruned
  const TxResult* tx(const std::string& hash) const; ///< null: not in a block, or pruned
  std::vector<const TxResult*> recent_txs() const;   ///< newest first

private:
  const Account* check_account(const std::string& address) const;
  Outcome admit(const DecodedTx& tx); ///< CheckTx's ante checks, on the check state
  std::shared_ptr<const TxResult> execute(const DecodedTx& tx, std::size_t index);
  Outcome run_message(const DecodedTx& tx, std::vector<Event>& events);
  void remember(std::shared_ptr<const TxResult> result);
  void forget_in_cache(const std::string& hash);

  ChainSettings settings_;
  Emissions emissions_;
  std::deque<std::pair<std::int64_t, Emissions>> past_; ///< by height, the newest last
  std::int64_t height_{};
  Instant time_;
  std::uint64_t next_number_{};
  std::map<std::string, Account> accounts_;
  std::map<std::string, std::deque<std::pair<std::int64_t, std::uint64_t>>> used_; ///< an account's last sequences, by height
  std::map<std::string, Account> check_; ///< CheckTx's state: accounts after the mempool's transactions
  std::deque<DecodedTx> mempool_;
  std::deque<std::string> cached_; ///< mempool cache: known hashes, oldest first
  std::set<std::string> cache_;
  std::deque<std::shared_ptr<const Block>> blocks_;
  std::unordered_map<std::string, std::shared_ptr<const TxResult>> txs_;
  std::deque<std::string> tx_order_;
};

} // namespace inferd::sim
