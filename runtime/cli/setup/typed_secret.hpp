#pragma once
// Standard input, read one byte at a time so that no stream buffer keeps a copy: lines for questions, and a mnemonic.

#include "base/secret_bytes.hpp"

#include <optional>
#include <string>

namespace inferd::cli {

/// Up to a line's end, without it; empty at the end of the input. Throws Failure above 4096 bytes.
std::optional<std::string> typed_line();

/// Up to the end, on a terminal up to an empty line and not shown: the words may stand on several lines. Throws Failure above
/// 4096 bytes.
SecretBytes typed_mnemonic();

} // namespace inferd::cli
