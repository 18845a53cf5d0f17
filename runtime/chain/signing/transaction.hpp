#pragma once
// Builds and signs a transaction: message → body → auth info → sign doc → raw bytes (SIGN_MODE_DIRECT).

#include "runtime/chain/signing/key.hpp"
#include "runtime/chain/encoding/payload.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace inferd::chain {

struct Envelope {
  std::string chain_id;
  std::string emissions = "v10"; ///< or "v9"
  std::uint64_t account_number{};
  Sequence sequence;
  Gas gas;
  Uallo fee; ///< 0: no fee
  std::string denom = "uallo";
  std::string memo;
  Height timeout; ///< timeout_height; 0: none
};

/// All steps of a signed transaction; raw bytes unless noted.
struct Transaction {
  std::string bundle;           ///< empty in a registration
  Digest digest{};              ///< SHA-256 of the bundle, which the worker signs
  std::string bundle_signature; ///< empty in a registration
  std::string type_url, message;
  std::string body, auth_info, sign_doc, signature, tx;
  TxHash hash;
};

/// InsertWorkerPayload, with both signatures. The payload must be canonical already.
Transaction sign_payload_tx(const PrivateKey&, const Envelope&, const Payload&);

/// Registers the wallet as a worker of `topic`. `owner`: who gets the rewards; empty: the wallet itself.
Transaction sign_register_tx(const PrivateKey&, const Envelope&, TopicId, const Wallet& owner = {});

/// E.g. "/emissions.v10.InsertWorkerPayloadRequest".
std::string payload_type_url(std::string_view emissions);
std::string register_type_url(std::string_view emissions);

} // namespace inferd::chain
