#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inferd {

/// " (did you mean chain?)" when one of `known` is similar to `given`, otherwise empty. Case-insensitive.
std::string did_you_mean(std::string_view given, const std::vector<std::string>& known);

/// "a, b or c"
std::string one_of(const std::vector<std::string>& words);

} // namespace inferd
