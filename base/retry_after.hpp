#pragma once

#include "messages/units.hpp"

#include <optional>
#include <string_view>

namespace inferd {

/// An HTTP date (RFC 9110, 5.6.7); the day's name is not compared with the date:
///   "Sun, 06 Nov 1994 08:49:37 GMT"   IMF-fixdate
///   "Sunday, 06-Nov-94 08:49:37 GMT"  RFC 850, obsolete; the last such year at most 50 years after `now`
///   "Sun Nov  6 08:49:37 1994"        asctime, obsolete
std::optional<Instant> parse_http_date(std::string_view, Instant now);

/// Retry-After (RFC 9110, 10.2.3), a number of seconds or an HTTP date, as milliseconds from `now`. A date in the past gives 0,
/// a number too large for the type INT64_MAX: the caller has a limit. Empty when malformed.
std::optional<std::int64_t> parse_retry_after(std::string_view, Instant now);

} // namespace inferd
