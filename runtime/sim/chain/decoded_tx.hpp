#pragma once

#include "runtime/chain/encoding/proto/emissions.pb.h"
#include "runtime/sim/chain/amount.hpp"
#include "runtime/sim/chain/outcome.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace inferd::sim {

/// A decoded transaction. This chain accepts one message each: a payload or a registration.
struct DecodedTx {
  std::string bytes, hash;     ///< hash: SHA-256, upper-case hex
  std::string body, auth_info; ///< the signed bytes
  std::string signature;       ///< R‖S; empty in a simulation
  std::string public_key;      ///< compressed; empty: not given
  std::uint64_t sequence{}, gas{}, timeout{};
  std::string fee_denom;
  Amount fee{};
  std::string type_url, sender;
  std::variant<wire::InsertWorkerPayloadRequest, wire::RegisterRequest> message;
};

/// Refuses what the chain's decoder and signer lookup refuse: malformed bytes, another version's messages, values out of range,
/// an invalid sender, a wrong number of signatures.
std::variant<DecodedTx, Outcome> decode_tx(std::string_view bytes, const std::string& emissions_version);

} // namespace inferd::sim
