#pragma once

#include <string>

namespace inferd::cli {

/// How a shell in the working directory calls this program: by its name where PATH finds it, else by a relative path where it
/// is below the directory, else by its whole path.
std::string own_command();

} // namespace inferd::cli
