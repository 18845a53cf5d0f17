#pragma once

#include <array>
#include <string_view>

namespace inferd::chain {

/// The English word list of BIP-39, in its order, which is alphabetical. A word's place is its 11 bits.
extern const std::array<std::string_view, 2048> bip39_words;

} // namespace inferd::chain
