#pragma once

#include "runtime/sim/chain/decoded_tx.hpp"
#include "runtime/sim/chain/chain_settings.hpp"

namespace inferd::sim {

struct Account {
  std::uint64_t number{}, sequence{};
  Amount balance{};
  std::string public_key; ///< known once the account has sent something
};

struct AnteContext {
  const std::string& chain_id;
  std::int64_t height{}; ///< CheckTx: the last block's; execution: the present block's
  Atto gas_price{};
  bool simulate{}; ///< no signature, no fee
};

/// What is checked before a message is looked at, in the chain's order: timeout, gas for the size, account, sequence,
/// signature, fee, funds. `account` is null for one never funded. Changes nothing.
Outcome check_ante(const DecodedTx& tx, const Account* account, const AnteContext& context);

/// Gas that the checks before the message cost; a limit below it never leaves CheckTx.
std::uint64_t ante_gas(const DecodedTx& tx);

/// ⌈gas · price⌉
Amount required_fee(std::uint64_t gas, Atto price);

} // namespace inferd::sim
