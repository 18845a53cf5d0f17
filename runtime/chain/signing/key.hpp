#pragma once
// secp256k1: keys, signatures. Deterministic (RFC 6979), so the same order gives the same bytes and a known hash.

#include "runtime/chain/encoding/codec.hpp"
#include "runtime/chain/encoding/result.hpp"
#include "runtime/chain/signing/secret_bytes.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace inferd::chain {

using PublicKey = std::array<std::uint8_t, 33>; ///< compressed
using Signature = std::array<std::uint8_t, 64>; ///< R‖S, low S

class PrivateKey {
public:
  /// 32 bytes between 1 and the group's order; anything else is a defect of the caller (assert).
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

/// BIP-39 → BIP-32 m/44'/118'/0'/0/0, no passphrase. Checks the mnemonic.
Result<PrivateKey> derive_key(std::string_view mnemonic);

/// False for a wrong signature, and for keys, lengths or a high S the chain would refuse. All arguments may be hostile.
bool verify_signature(std::string_view public_key, const Digest&, std::string_view signature);

} // namespace inferd::chain
