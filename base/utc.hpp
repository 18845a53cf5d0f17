#pragma once
// Instants as UTC texts.

#include "messages/units.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace inferd {

inline constexpr std::int64_t ms_per_hour = 3'600'000;

/// Empty for a date or a time of day that does not exist; second 60 is the next minute's first.
std::optional<Instant> utc_instant(int year, int month, int day, int hour, int minute, int second);

/// 2024-01-01T00:00:00Z only, years 1970 to 9999; empty for any other form or a date that does not exist.
std::optional<Instant> parse_utc(std::string_view);

/// 2024-01-01T00:00:00Z, truncated to whole seconds. Years 0 to 9999.
std::string utc_text(Instant);

/// 2024-01-01T00:00:00.000Z. Years 0 to 9999.
std::string utc_text_ms(Instant);

/// 20240101T000000.000Z, for names of files: they sort by time. Years 0 to 9999.
std::string compact(Instant);

} // namespace inferd
