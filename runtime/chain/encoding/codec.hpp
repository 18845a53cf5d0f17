#pragma once
// Hex, base64 and SHA-256.

#include "messages/units.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inferd::chain {

using Digest = std::array<std::uint8_t, 32>;

/// The bytes of any array as text.
template <class Bytes> std::string_view view(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string to_hex(std::string_view bytes);                 ///< lower case
std::optional<std::string> from_hex(std::string_view text); ///< either case; nothing for an odd length or another character

std::string to_base64(std::string_view bytes);                 ///< padded, standard alphabet
std::optional<std::string> from_base64(std::string_view text); ///< nothing unless padded and of that alphabet

Digest sha256(std::string_view bytes);

/// SHA-256 of the raw bytes, upper-case hex (as CometBFT identifies a transaction).
TxHash tx_hash(std::string_view raw_tx);

} // namespace inferd::chain
