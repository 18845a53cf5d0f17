#pragma once

#include "runtime/config/config.hpp"

#include <string>

namespace inferd {

/// The effective configuration, one setting per line with its origin. Contains no secrets.
std::string show_config(const Config&);

/// "sha256:" and the hex digest of the effective settings, a line "name = value" each. The same whatever file or variable
/// they came from. Keys and tokens are not part of it, so it may be shown to anyone.
std::string config_digest(const Config&);

} // namespace inferd
