#pragma once
// Whole numbers of 128 bits. Amounts of uallo pass 64 bits at 18.4 ALLO.

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace inferd {

using Uint128 = unsigned __int128;
inline constexpr Uint128 uint128_max = ~Uint128{0};

/// Saturate: an amount that is too large stays above every cap.
constexpr Uint128 saturating_add(Uint128 a, Uint128 b) {
  Uint128 sum{};
  return __builtin_add_overflow(a, b, &sum) ? uint128_max : sum;
}
constexpr Uint128 saturating_multiply(Uint128 a, Uint128 b) {
  Uint128 product{};
  return __builtin_mul_overflow(a, b, &product) ? uint128_max : product;
}

inline std::string to_digits(Uint128 number) {
  std::string digits;
  do digits += static_cast<char>('0' + static_cast<int>(number % 10));
  while (number /= 10);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

/// Decimal digits only; nothing for other text or beyond 128 bits.
inline std::optional<Uint128> parse_digits(std::string_view text) {
  if (text.empty()) return {};
  Uint128 number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    const auto digit = static_cast<Uint128>(c - '0');
    if (number > (uint128_max - digit) / 10) return {};
    number = number * 10 + digit;
  }
  return number;
}

} // namespace inferd
