#pragma once

#include "messages/units.hpp"
#include "runtime/chain/encoding/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace inferd::chain {

/// BIP-173: prefix, "1", 5-bit groups, a 6-character checksum.
struct Bech32 {
  std::string prefix;
  std::string bytes;
  bool operator==(const Bech32&) const = default;
};
std::string encode_bech32(std::string_view prefix, std::string_view bytes);

/// Errors: mixed case, wrong checksum, a partial byte at the end, more than 90 characters.
Result<Bech32> decode_bech32(std::string_view text);

/// bech32("allo", RIPEMD160(SHA256(compressed public key))).
Wallet address_of(std::span<const std::uint8_t, 33> public_key);

/// Empty for an Allora account address (prefix "allo", 20 bytes), otherwise the error.
std::string address_error(std::string_view text);

} // namespace inferd::chain
