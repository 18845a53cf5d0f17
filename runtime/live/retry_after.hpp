#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

namespace inferd {

/// Retry-After (RFC 9110, 10.2.3) in milliseconds, or 0 unless it is a number of seconds below a day; the date form is ignored.
inline std::int64_t retry_after_ms(std::string_view text) {
  std::int64_t seconds{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const bool plain = error == std::errc{} && end == text.data() + text.size();
  return plain && seconds > 0 && seconds < 86'400 ? seconds * 1000 : 0;
}

} // namespace inferd
