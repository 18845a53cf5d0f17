#pragma once
// UTC times in model and candle files: 2024-01-01T00:00:00Z only.

#include "messages/units.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace inferd {

inline constexpr std::int64_t ms_per_hour = 3'600'000;

/// Years 1970 to 9999; empty for any other form or a date that does not exist.
std::optional<Instant> parse_utc(std::string_view);

/// Truncates to whole seconds. Years 1970 to 9999.
std::string utc_text(Instant);

} // namespace inferd
