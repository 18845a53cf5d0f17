#pragma once
// The other direction, for a chain that receives transactions.

#include "messages/units.hpp"
#include "runtime/chain/encoding/codec.hpp"
#include "runtime/chain/encoding/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace inferd::chain {

/// A transaction of one message and one signer, taken apart but not judged: every part may be nonsense.
struct ParsedTx {
  std::string body, auth_info;   ///< raw, as signed
  std::string type_url, message; ///< the message is raw protobuf of what type_url names (see proto/emissions.proto)
  std::string memo;
  std::uint64_t timeout{}; ///< 0: none
  std::string public_key;  ///< 33 bytes, or empty where the signer named none
  Sequence sequence;
  Gas gas;
  std::string fee_amount, fee_denom; ///< decimal digits; empty: none offered
  std::string signature;
  TxHash hash;
};

/// A sentence when the bytes are not such a transaction: cut short, not protobuf, no or several messages or signers.
Result<ParsedTx> parse_tx(std::string_view raw);

/// What the signer's signature must cover on this chain: SHA-256 of the SignDoc.
Digest sign_digest(const ParsedTx&, std::string_view chain_id, std::uint64_t account_number);

/// Whether the transaction's own signature holds on this chain.
bool signed_for(const ParsedTx&, std::string_view chain_id, std::uint64_t account_number);

/// Whether the bundle inside an InsertWorkerPayload message carries a good signature, and what is wrong in the chain's words:
/// "signature verification failed", or that the inferer does not match the public key. Empty: good.
/// `message` is ParsedTx::message; a message that is no payload is not signed.
std::string bundle_error(std::string_view message);

} // namespace inferd::chain
