#pragma once
// Times in the files of this layer: 2024-01-01T00:00:00Z, and nothing else.

#include "messages/units.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace inferd {

inline constexpr std::int64_t ms_per_hour = 3'600'000;

/// Years 1970 to 9999; nothing for any other text or a day that does not exist.
std::optional<Instant> parse_utc(std::string_view);

/// Whole seconds; a fraction is cut off. For times of the years 1970 to 9999.
std::string utc_text(Instant);

} // namespace inferd
