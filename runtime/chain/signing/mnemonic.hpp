#pragma once

#include "runtime/chain/encoding/result.hpp"
#include "runtime/chain/signing/secret_bytes.hpp"
#include "runtime/ports/entropy_port.hpp"

#include <string>
#include <string_view>

namespace inferd::chain {

/// BIP-39, English: 12, 15, 18, 21 or 24 words, the last bits a checksum. White space of any kind separates words.
/// The sentence as it enters the key (lower case as given, one space between words), or what is wrong: how many words there
/// are, which word by its number is not in the list, that the checksum fails. Never the words themselves.
Result<SecretBytes> check_mnemonic(std::string_view text);

/// `words` of fresh entropy; 24 are 256 bits. Other counts than BIP-39's are a defect of the caller (assert).
SecretBytes new_mnemonic(EntropyPort&, unsigned words = 24);

} // namespace inferd::chain
