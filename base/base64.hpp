#pragma once

#include <string>
#include <string_view>

namespace inferd {

/// Standard alphabet, padded (RFC 4648, section 4).
std::string base64_text(std::string_view bytes);

} // namespace inferd
