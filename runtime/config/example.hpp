#pragma once

#include <string_view>

namespace inferd {

/// A whole configuration with a comment for each setting, as `inferd config example` prints it.
extern const std::string_view example_config;

} // namespace inferd
