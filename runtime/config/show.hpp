#pragma once

#include "runtime/config/config.hpp"

#include <string>

namespace inferd {

/// The effective configuration, one setting per line with its origin. Contains no secrets.
std::string show_config(const Config&);

} // namespace inferd
