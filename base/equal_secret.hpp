#pragma once

#include <string_view>

namespace inferd {

/// Whether two secrets are equal, in a time that depends on neither's content: their SHA-256 digests are compared.
bool equal_secret(std::string_view a, std::string_view b);

} // namespace inferd
