#pragma once
// Durations as users write them: "15m", "4h", "7d".

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inferd {

/// Milliseconds of a whole number from 1 with a unit: s, m (minutes), h, d, w. Empty: not of this form, or above ten years.
std::optional<std::int64_t> parse_duration(std::string_view);

/// In the largest unit that divides it: "15m", "4h", "7d". `ms` is a positive number of whole seconds.
std::string duration_text(std::int64_t ms);

/// For sentences: "15 minutes", "4 hours", "7 days".
std::string duration_words(std::int64_t ms);

} // namespace inferd
