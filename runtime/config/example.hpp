#pragma once

#include <string_view>

namespace inferd {

/// A complete configuration with a comment per setting, printed by `inferd config example`.
extern const std::string_view example_config;

} // namespace inferd
