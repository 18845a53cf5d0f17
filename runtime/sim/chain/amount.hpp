#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace inferd::sim {

/// An amount in uallo. Funded accounts hold 10^26, beyond 64 bits; the maximum is 3.4·10^38.
using Amount = unsigned __int128;

inline std::string to_text(Amount amount) {
  std::string digits;
  do digits += static_cast<char>('0' + static_cast<int>(amount % 10));
  while (amount /= 10);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

/// Decimal digits only; nothing for other text or on overflow.
inline std::optional<Amount> parse_amount(std::string_view text) {
  if (text.empty()) return {};
  Amount amount = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return {};
    const auto digit = static_cast<Amount>(c - '0');
    if (amount > (~Amount{0} - digit) / 10) return {};
    amount = amount * 10 + digit;
  }
  return amount;
}

} // namespace inferd::sim
