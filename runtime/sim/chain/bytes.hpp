#pragma once
// Texts of bytes, and the hashes and signatures the chain checks.

#include <optional>
#include <string>
#include <string_view>

namespace inferd::sim {

std::string to_hex(std::string_view bytes, bool upper = false);
std::optional<std::string> from_hex(std::string_view); ///< with or without 0x; nothing on odd length or another digit
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view); ///< padded, as Go's standard encoding; nothing otherwise

std::string sha256(std::string_view bytes);

/// The bech32 address (`allo1…`) of 33 bytes, a point of the curve or not, as on the real chain; nothing for another size.
std::optional<std::string> address_of(std::string_view public_key);

/// Nothing when `text` is a bech32 address of ours; else the chain's own words on what is wrong.
std::optional<std::string> address_error(std::string_view text);

/// ECDSA on secp256k1 over SHA-256 of `message`. `signature` is R‖S; high S is refused, as the chain does.
bool verify(std::string_view public_key, std::string_view message, std::string_view signature);

} // namespace inferd::sim
