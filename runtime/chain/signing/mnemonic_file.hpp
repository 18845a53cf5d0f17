#pragma once

#include "runtime/chain/encoding/result.hpp"
#include "base/secret_bytes.hpp"

#include <string>

namespace inferd::chain {

/// Reads and validates a mnemonic. Errors name the file: missing, not a regular file, any permission for group or others (with
/// the mode), too large, not a mnemonic. The text is read into SecretBytes only.
Result<SecretBytes> read_mnemonic_file(const std::string& path);

/// Writes the file with mode 0600, atomically and durably: a temporary file is linked to `path`, which must not exist. Returns
/// an empty string or the error, which names the file.
std::string write_mnemonic_file(const std::string& path, const SecretBytes& mnemonic);

} // namespace inferd::chain
