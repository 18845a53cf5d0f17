#pragma once

#include <string>
#include <string_view>

namespace inferd {

/// "sha256:" and 64 lower-case hex digits: the checksum of model files and configurations.
std::string sha256_text(std::string_view);

} // namespace inferd
