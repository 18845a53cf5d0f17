#pragma once
// A transaction in its steps: message → body → auth info → sign doc → raw bytes. Everything is deterministic.

#include "runtime/chain/signing/key.hpp"
#include "runtime/chain/encoding/payload.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace inferd::chain {

/// What stands around the message.
struct Envelope {
  std::string chain_id;
  std::string emissions = "v10"; ///< or "v9"
  std::uint64_t account_number{};
  Sequence sequence;
  Gas gas;
  Uallo fee; ///< 0: none offered
  std::string denom = "uallo";
  std::string memo;
  Height timeout; ///< 0: none
};

/// Every step of a signed transaction, raw bytes unless said otherwise.
struct Transaction {
  std::string bundle;           ///< empty in a registration
  Digest digest{};              ///< SHA-256 of the bundle, what the worker signs
  std::string bundle_signature; ///< empty in a registration
  std::string type_url, message;
  std::string body, auth_info, sign_doc, signature, tx;
  TxHash hash;
};

/// InsertWorkerPayload, with both signatures. Pure; the payload must be canonical already.
Transaction sign_payload_tx(const PrivateKey&, const Envelope&, const Payload&);

/// Register as a worker of `topic`, owned by itself.
Transaction sign_register_tx(const PrivateKey&, const Envelope&, TopicId);

/// "/emissions.v10.InsertWorkerPayloadRequest" and its like.
std::string payload_type_url(std::string_view emissions);
std::string register_type_url(std::string_view emissions);

} // namespace inferd::chain
