#pragma once

#include "runtime/config/config.hpp"

#include <string>

namespace inferd {

/// The effective configuration, a setting a line, each with where it came from. Holds no secret.
std::string show_config(const Config&);

} // namespace inferd
