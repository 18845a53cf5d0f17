#pragma once
// Ranges of candles, and the time formats of the sources.

#include "base/utc.hpp"
#include "messages/candles.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inferd::market {

inline constexpr std::int64_t hour = ms_per_hour;

/// Candles outside are rejected: 2009-01-01 and 2100-01-01.
inline constexpr Instant earliest{1'230'768'000'000}, latest{4'102'444'800'000};

/// Candles that open in [since, until), both multiples of the interval.
struct CandleRange {
  Instant since, until;
  Interval interval = one_hour;
  bool empty() const { return since >= until; }
  std::int64_t count() const { return empty() ? 0 : (until.value - since.value) / interval.ms; }
  bool operator==(const CandleRange&) const = default;
};

constexpr Instant after(Instant t, std::int64_t candles, Interval interval = one_hour) {
  return {t.value + candles * interval.ms};
}
/// The opening of the candle that contains `t`. Times before 1970 give 0.
constexpr Instant opening_at(Instant t, Interval interval = one_hour) {
  return {t.value < 0 ? 0 : t.value - t.value % interval.ms};
}
constexpr bool is_opening(Instant t, Interval interval = one_hour) { return t.value % interval.ms == 0; }

/// The candles that open in [since, until) and have closed by `now`.
CandleRange closed_range(Instant since, Instant until, Instant now, Interval interval = one_hour);

/// "hour", "minute", "day"; "candle" of another interval.
std::string_view unit_of(Interval);

/// "2025-01-01", UTC. `t` within [0, latest].
std::string utc_date(Instant t);

/// The sources' ISO 8601 forms, a superset of base/utc.hpp: "2025-01-01T00:00:00+00:00", with Z or any offset, with or without
/// a fraction of a second; or a date.
std::optional<Instant> parse_iso(std::string_view);

} // namespace inferd::market
