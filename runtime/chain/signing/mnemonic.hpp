#pragma once

#include "runtime/chain/encoding/result.hpp"
#include "base/secret_bytes.hpp"
#include "runtime/ports/entropy_port.hpp"

#include <string>
#include <string_view>

namespace inferd::chain {

/// Validates a BIP-39 English mnemonic: 12, 15, 18, 21 or 24 words, as mnemonic_words() accepts them, and the checksum. Returns
/// the normalized sentence (lower case, single spaces), or an error with the word count, the position of an unknown word or a
/// wrong checksum; it never quotes a word.
Result<SecretBytes> check_mnemonic(std::string_view text);

/// A mnemonic of `words` from fresh entropy (24 words: 256 bits). The count must be one of BIP-39's (asserted).
SecretBytes new_mnemonic(EntropyPort&, unsigned words = 24);

} // namespace inferd::chain
