#pragma once

#include "messages/units.hpp"

#include <optional>

namespace inferd {

/// The hash these bytes are known by on the chain: SHA-256, 64 upper-case hex digits. Nothing: not base64.
std::optional<TxHash> hash_of(const TxBytes&);

} // namespace inferd
