#pragma once
// secp256k1 keys and ECDSA signatures with deterministic nonces (RFC 6979): equal input gives equal bytes.

#include "base/hd_path.hpp"
#include "runtime/chain/encoding/codec.hpp"
#include "runtime/chain/encoding/result.hpp"
#include "base/secret_bytes.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace inferd::chain {

using PublicKey = std::array<std::uint8_t, 33>; ///< compressed
using Signature = std::array<std::uint8_t, 64>; ///< R‖S, low S (BIP-62)

class PrivateKey {
public:
  /// 32 bytes, a scalar from 1 to the group order minus 1 (asserted).
  explicit PrivateKey(SecretBytes bytes);

  const PublicKey& public_key() const { return public_key_; }
  const Wallet& wallet() const { return wallet_; }
  Signature sign(const Digest&) const;
  bool locked() const { return bytes_.locked(); }

private:
  SecretBytes bytes_;
  PublicKey public_key_{};
  Wallet wallet_;
};

/// BIP-39 without passphrase, then BIP-32. Validates the mnemonic.
Result<PrivateKey> derive_key(std::string_view mnemonic, const HdPath& = cosmos_path());

/// BIP-32 from a seed of 16 to 64 bytes. An error, with probability 2^-127: this path has no key.
Result<PrivateKey> derive_key(const SecretBytes& seed, const HdPath&);

/// False for a wrong signature, a malformed key or a high S, which the chain refuses. All arguments are untrusted.
bool verify_signature(std::string_view public_key, const Digest&, std::string_view signature);

} // namespace inferd::chain
