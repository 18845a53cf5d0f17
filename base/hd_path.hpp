#pragma once
// BIP-32 derivation paths.

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace inferd {

/// Child numbers below the master key; the highest bit marks a hardened one.
using HdPath = std::vector<std::uint32_t>;
inline constexpr std::uint32_t hd_hardened = 0x80000000;

/// m/44'/118'/account'/0/0: BIP-44 with Cosmos' coin type. `account` is below 2^31.
HdPath cosmos_path(std::uint32_t account = 0);

/// "m/44'/118'/0'/0/0"; h and H mean ', and m/ may be missing. One to ten levels. The string says what is wrong, as the end of
/// a sentence about the path.
std::variant<HdPath, std::string> parse_hd_path(std::string_view);
std::string hd_path_text(const HdPath&);

} // namespace inferd
