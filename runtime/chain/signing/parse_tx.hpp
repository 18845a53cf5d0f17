#pragma once
// Decodes transactions, for a chain that receives them.

#include "messages/units.hpp"
#include "runtime/chain/encoding/codec.hpp"
#include "runtime/chain/encoding/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace inferd::chain {

/// A transaction of one message and one signer, decoded but not validated.
struct ParsedTx {
  std::string body, auth_info;   ///< raw, as signed
  std::string type_url, message; ///< `message` is the protobuf that type_url names (proto/emissions.proto)
  std::string memo;
  std::uint64_t timeout{}; ///< timeout_height; 0: none
  std::string public_key;  ///< 33 bytes; empty: not given
  Sequence sequence;
  Gas gas;
  std::string fee_amount, fee_denom; ///< decimal digits; empty: no fee
  std::string signature;
  TxHash hash;
};

/// An error for malformed protobuf, several fee coins, or any other number of messages, signers or signatures than one.
Result<ParsedTx> parse_tx(std::string_view raw);

/// SHA-256 of the SignDoc, which the transaction's signature covers.
Digest sign_digest(const ParsedTx&, std::string_view chain_id, std::uint64_t account_number);

/// Verifies the transaction's signature.
bool signed_for(const ParsedTx&, std::string_view chain_id, std::uint64_t account_number);

/// Verifies the bundle's signature in an InsertWorkerPayload (`message` is ParsedTx::message). Empty: valid; otherwise the
/// chain's error text: "signature verification failed", also for a message that is not a payload, or a mismatch of inferer and
/// key.
std::string bundle_error(std::string_view message);

} // namespace inferd::chain
