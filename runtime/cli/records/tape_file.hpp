#pragma once

#include <string>

namespace inferd::cli {

/// `given`, or the newest tape of the configuration's tape.dir. Throws Failure.
std::string tape_path(const std::string& given, const std::string& config);

} // namespace inferd::cli
