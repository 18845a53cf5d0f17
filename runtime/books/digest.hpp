#pragma once

#include "messages/units.hpp"

#include <optional>

namespace inferd {

/// The hash on the chain: SHA-256 of the decoded bytes, 64 upper-case hex digits. Empty: not base64.
std::optional<TxHash> hash_of(const TxBytes&);

} // namespace inferd
