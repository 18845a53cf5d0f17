#pragma once

#include "runtime/sim/chain/decoded_tx.hpp"
#include "runtime/sim/chain/chain_settings.hpp"

namespace inferd::sim {

struct Account {
  std::uint64_t number{}, sequence{};
  Amount balance{};
  std::string public_key; ///< set by the account's first transaction
};

struct AnteContext {
  const std::string& chain_id;
  std::int64_t height{}; ///< CheckTx: of the last block; execution: of the present block
  Atto gas_price{};
  bool simulate{}; ///< skips signature, fee and gas limit
};

/// The SDK's ante checks in the chain's order: timeout, gas for the size, account, public key, sequence, signature, fee, funds.
/// `account` is null if it was never funded. No side effects.
Outcome check_ante(const DecodedTx& tx, const Account* account, const AnteContext& context);

/// Gas used by the ante checks; CheckTx fails below it.
std::uint64_t ante_gas(const DecodedTx& tx);

/// ⌈gas · price⌉
Amount required_fee(std::uint64_t gas, Atto price);

} // namespace inferd::sim
