#pragma once

#include "runtime/chain/encoding/result.hpp"
#include "base/secret_bytes.hpp"

#include <string_view>

namespace inferd::chain {

/// A mnemonic's words as people store them → lower case, single spaces. Accepted: UTF-8 or UTF-16, also with a byte order mark;
/// capitals; white space, commas, brackets and quotes of any kind around the words; one word a line; "MNEMONIC=" or any
/// other name with = or : in front, also after export or set; words numbered from 1 or behind the marks of a list; comments
/// behind #. An error names the cause, never a word. Does not consult the word list.
Result<SecretBytes> mnemonic_words(std::string_view text);

} // namespace inferd::chain
