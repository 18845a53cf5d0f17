#pragma once
// Encodings, hashes and signature checks. Independent of runtime/chain.

#include <optional>
#include <string>
#include <string_view>

namespace inferd::sim {

std::string to_hex(std::string_view bytes, bool upper = false);
std::optional<std::string> from_hex(std::string_view); ///< with or without 0x; nothing for an odd length or another character
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view); ///< padded, as Go's StdEncoding; otherwise nothing

std::string sha256(std::string_view bytes);

/// The bech32 address (`allo1…`) of 33 bytes, not checked to be a curve point, as on the real chain; nothing for another size.
std::optional<std::string> address_of(std::string_view public_key);

/// Nothing for an Allora address, otherwise the chain's error text.
std::optional<std::string> address_error(std::string_view text);

/// ECDSA on secp256k1 over SHA-256(`message`). `signature` is R‖S; high S is invalid.
bool verify(std::string_view public_key, std::string_view message, std::string_view signature);

} // namespace inferd::sim
