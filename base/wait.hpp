#pragma once

#include "messages/units.hpp"

#include <cstdint>

namespace inferd {

/// `ms` have passed since `since`; also when the system clock was set back behind it, as a wait of seconds must not become one
/// of hours.
constexpr bool waited(Instant since, Instant now, std::int64_t ms) { return now < since || now.value - since.value >= ms; }

/// A wait from an instant on. Over before it began.
struct Wait {
  Instant since;
  std::int64_t ms{};
  constexpr bool over(Instant now) const { return waited(since, now, ms); }
  constexpr std::int64_t left_ms(Instant now) const { return over(now) ? 0 : since.value + ms - now.value; }
};

} // namespace inferd
