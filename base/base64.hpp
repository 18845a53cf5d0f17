#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inferd {

/// Standard alphabet, padded (RFC 4648, section 4).
std::string base64_text(std::string_view bytes);
/// The bytes of such a text; empty: it is none.
std::optional<std::string> from_base64(std::string_view text);

} // namespace inferd
