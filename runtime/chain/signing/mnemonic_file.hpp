#pragma once

#include "runtime/chain/encoding/result.hpp"
#include "runtime/chain/signing/secret_bytes.hpp"

#include <string>

namespace inferd::chain {

/// The mnemonic in a file, checked. Refused, always naming the file: not there, not a regular file, readable or writable by
/// group or others (names the mode), larger than a mnemonic can be, not a mnemonic. Read without a buffer that stays behind.
Result<SecretBytes> read_mnemonic_file(const std::string& path);

/// Writes it with mode 0600, durably and at once: under another name first, then linked to `path`, which must not exist.
/// Empty, or what went wrong, naming the file.
std::string write_mnemonic_file(const std::string& path, const SecretBytes& mnemonic);

} // namespace inferd::chain
