#pragma once
// Whole hours, and the time formats of the sources.

#include "base/utc.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inferd::market {

inline constexpr std::int64_t hour = ms_per_hour;

/// Candles outside are rejected: 2009-01-01 and 2100-01-01.
inline constexpr Instant earliest{1'230'768'000'000}, latest{4'102'444'800'000};

/// Candles that open in [since, until), both on the hour.
struct Hours {
  Instant since, until;
  bool empty() const { return since >= until; }
  std::int64_t count() const { return empty() ? 0 : (until.value - since.value) / hour; }
  bool operator==(const Hours&) const = default;
};

constexpr Instant after(Instant t, std::int64_t hours) { return {t.value + hours * hour}; }
/// The start of the hour containing `t`. Times before 1970 give 0.
constexpr Instant hour_of(Instant t) { return {t.value < 0 ? 0 : t.value - t.value % hour}; }
constexpr bool on_the_hour(Instant t) { return t.value % hour == 0; }

/// The whole hours that open in [since, until) and have closed by `now`.
Hours closed_hours(Instant since, Instant until, Instant now);

/// "2025-01-01", UTC. `t` within [0, latest].
std::string utc_date(Instant t);

/// The sources' ISO 8601 forms, a superset of base/utc.hpp: "2025-01-01T00:00:00+00:00", with Z or any offset, with or without
/// a fraction of a second; or a date.
std::optional<Instant> parse_iso(std::string_view);

} // namespace inferd::market
