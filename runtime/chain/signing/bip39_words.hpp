#pragma once

#include <array>
#include <string_view>

namespace inferd::chain {

/// The BIP-39 English word list, sorted. A word's index is its 11 bits.
extern const std::array<std::string_view, 2048> bip39_words;

} // namespace inferd::chain
