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

/// A transaction in a block. `outcome.code` 0: executed; else refused, and paid for unless the refusal came before the
/// fee was taken (a sequence spent by another, a timeout).
struct TxResult {
  std::string hash, bytes;
  std::int64_t height{};
  std::size_t index{};
  Outcome outcome;
  std::uint64_t gas_wanted{};
  std::string type_url; ///< of its message; empty when it was not executed
  std::vector<Event> events;
};

struct Block {
  std::int64_t height{};
  Instant time;
  std::vector<std::shared_ptr<const TxResult>> txs;
  std::vector<Event> events; ///< of the block itself: what emissions did at its end
};

/// broadcast_tx_sync's answer.
struct CheckAnswer {
  std::string hash;
  Outcome outcome;
  std::string error; ///< not empty: the mempool did not even look, and this is why (a JSON-RPC error)
};

/// A chain of one validator, without sockets, threads or a clock: accounts, fee market, mempool, blocks, and the emissions
/// module on top. Everything follows from the settings and the calls.
class ChainState {
public:
  explicit ChainState(ChainSettings settings);

  /// What only a test or an operator of the simulation does, effective at once.
  void fund(const std::string& address, Amount uallo);           ///< an unknown address gets an account
  void set_account(const std::string& address, Account account); ///< the next new account's number follows the highest
  void set_gas_price(Atto price) { settings_.gas_price = price; }
  void set_truth(decltype(ChainSettings::truth)); ///< not after the first block
  Emissions& emissions() { return emissions_; }

  /// CheckTx. Sequences and fees of what is already in the mempool count.
  CheckAnswer check_tx(std::string_view bytes);
  /// Runs a transaction without sending it. `outcome.gas_used` leaves out what a fee would cost, as the node does.
  Outcome simulate(std::string_view bytes) const;
  /// The next block: executes the mempool in order, ends the epoch's steps, checks what is left over again.
  const Block& advance_block(Instant now);

  const ChainSettings& settings() const { return settings_; }
  const Emissions& emissions() const { return emissions_; }
  std::int64_t height() const { return height_; }
  Instant time() const { return time_; } ///< of the last block
  Atto gas_price() const { return settings_.gas_price; }
  const Account* account(const std::string& address) const; ///< as of the last block; null: never funded
  std::size_t mempool_size() const { return mempool_.size(); }
  const Block* block(std::int64_t height) const;     ///< null: to come, or pruned
  void prune(std::size_t blocks);                    ///< keeps so many, and what is in them
  std::int64_t oldest_block() const;                 ///< the first height not pruned
  const TxResult* tx(const std::string& hash) const; ///< null: in no block, or pruned
  std::vector<const TxResult*> recent_txs() const;   ///< newest first

private:
  const Account* check_account(const std::string& address) const;
  Outcome admit(const DecodedTx& tx); ///< CheckTx on the check state
  std::shared_ptr<const TxResult> execute(const DecodedTx& tx, std::size_t index);
  Outcome run_message(const DecodedTx& tx, std::vector<Event>& events);
  void remember(std::shared_ptr<const TxResult> result);
  void forget_in_cache(const std::string& hash);

  ChainSettings settings_;
  Emissions emissions_;
  std::int64_t height_{};
  Instant time_;
  std::uint64_t next_number_{};
  std::map<std::string, Account> accounts_;
  std::map<std::string, Account> check_; ///< accounts as they will be once the mempool is executed
  std::deque<DecodedTx> mempool_;
  std::deque<std::string> cached_; ///< hashes the mempool refuses to look at again, oldest first
  std::set<std::string> cache_;
  std::deque<std::unique_ptr<Block>> blocks_;
  std::unordered_map<std::string, std::shared_ptr<const TxResult>> txs_;
  std::deque<std::string> tx_order_;
};

} // namespace inferd::sim
