#pragma once

#include "runtime/chain/encoding/proto/emissions.pb.h"
#include "runtime/sim/chain/amount.hpp"
#include "runtime/sim/chain/outcome.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace inferd::sim {

/// A transaction as the chain reads it. It takes one message a transaction: a payload or a registration.
struct DecodedTx {
  std::string bytes, hash;     ///< hash: SHA-256, 64 upper-case hex digits
  std::string body, auth_info; ///< the very bytes that were signed
  std::string signature;       ///< of the transaction, R‖S; empty in a simulation
  std::string public_key;      ///< compressed; empty when the sender left it out
  std::uint64_t sequence{}, gas{}, timeout{};
  std::string fee_denom;
  Amount fee{};
  std::string type_url, sender;
  std::variant<wire::InsertWorkerPayloadRequest, wire::RegisterRequest> message;
};

/// What the chain's own decoder and signer lookup refuse: bytes that are no transaction, another version's messages,
/// values out of range, a sender that is no address.
std::variant<DecodedTx, Outcome> decode_tx(std::string_view bytes, const std::string& emissions_version);

} // namespace inferd::sim
