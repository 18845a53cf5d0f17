#pragma once

#include "messages/units.hpp"
#include "runtime/chain/encoding/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace inferd::chain {

/// Prefix, "1", five bits a character, six of checksum (BIP-173; Cosmos allows longer texts than Bitcoin, not used here).
struct Bech32 {
  std::string prefix;
  std::string bytes;
  bool operator==(const Bech32&) const = default;
};
std::string encode_bech32(std::string_view prefix, std::string_view bytes);

/// Refused: mixed case, a wrong checksum, bits that do not fill bytes, more than 90 characters.
Result<Bech32> decode_bech32(std::string_view text);

/// An account's address: bech32("allo", RIPEMD160(SHA256(compressed public key))).
Wallet address_of(std::span<const std::uint8_t, 33> public_key);

/// Whether this is an account on Allora: prefix "allo", 20 bytes. Empty when it is, otherwise what is wrong.
std::string address_error(std::string_view text);

} // namespace inferd::chain
