#include "runtime/sim/chain/sim_decimal.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace inferd::sim {

namespace {

// Fixed point with 18 decimals; the rest is truncated.
constexpr int places = 18;
using Fixed = __int128;

Fixed to_fixed(const ChainDecimal& d) {
  Fixed value = 0;
  for (const char c : d.digits.substr(0, 36)) value = value * 10 + (c - '0');
  auto shift = d.exponent + places + static_cast<long>(d.digits.size() - std::min<std::size_t>(d.digits.size(), 36));
  for (; shift > 0 && value < Fixed{1} << 100; --shift) value *= 10;
  for (; shift < 0 && value != 0; ++shift) value /= 10;
  return d.negative ? -value : value;
}

std::string fixed_text(Fixed value) {
  std::string text;
  const bool negative = value < 0;
  if (negative) value = -value;
  for (int i = 0; i < places + 1 || value != 0; ++i, value /= 10) {
    if (i == places) text += '.';
    text += static_cast<char>('0' + static_cast<int>(value % 10));
  }
  std::reverse(text.begin(), text.end());
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return negative ? '-' + text : text;
}

} // namespace

std::string ChainDecimal::canonical() const {
  const auto adjusted = exponent + static_cast<long>(digits.size()) - 1;
  if (exponent <= 0 && (adjusted >= -6 || digits == "0")) return plain();
  std::string text = negative ? "-" : "";
  text += digits[0];
  if (digits.size() > 1) text += '.' + digits.substr(1);
  return text + (adjusted < 0 ? "E-" : "E+") + std::to_string(std::labs(adjusted));
}

std::string ChainDecimal::plain() const {
  const auto sign = negative ? std::string("-") : std::string();
  if (exponent >= 0) return sign + digits + std::string(static_cast<std::size_t>(std::min(exponent, 10'000l)), '0');
  const auto behind = static_cast<std::size_t>(std::min(-exponent, 10'000l));
  if (const auto size = digits.size(); size > behind)
    return sign + digits.substr(0, size - behind) + '.' + digits.substr(size - behind);
  return sign + "0." + std::string(behind - digits.size(), '0') + digits;
}

ReadDecimal read_decimal(std::string_view text) {
  const auto no_decimal = [&] { return ReadDecimal{{}, "parse mantissa: " + std::string(text) + ": value is out of range"}; };
  if (text.size() > 255) return {{}, "value is too long: value is out of range"};
  ChainDecimal d;
  std::string_view rest = text;
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) {
    d.negative = rest[0] == '-';
    rest.remove_prefix(1);
  }
  std::string lower(rest);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  if (lower.starts_with("nan") || lower.starts_with("inf") || lower.starts_with("snan"))
    return {{}, "value must be finite: value is out of range"};

  const auto e = lower.find('e');
  if (e != std::string::npos) {
    auto digits = std::string_view(lower).substr(e + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), d.exponent);
    const bool whole = error == std::errc{} && end == digits.data() + digits.size();
    if (!whole || std::labs(d.exponent) > 1'000'000) return no_decimal();
    lower.resize(e);
  }
  bool point = false;
  for (const char c : lower) {
    if (c == '.' && !point) point = true;
    else if (c >= '0' && c <= '9') d.digits += c, d.exponent -= point;
    else return no_decimal();
  }
  if (d.digits.empty()) return no_decimal();
  d.digits.erase(0, std::min(d.digits.find_first_not_of('0'), d.digits.size() - 1));

  if (d.digits != "0") {
    const auto adjusted = d.exponent + static_cast<long>(d.digits.size()) - 1;
    const bool power_of_ten = d.digits.find_first_not_of('0', 1) == std::string::npos && d.digits[0] == '1';
    if (adjusted > 40 || (adjusted == 40 && !power_of_ten))
      return {{}, "value " + d.plain() + " cannot be greater than ±1e40: value is out of range"};
    if (adjusted < -40) return {{}, "value " + d.plain() + " cannot be smaller than ±1e-40: value is out of range"};
  }
  return {d, {}};
}

Unity check_unity(const std::vector<ChainDecimal>& values, const ChainDecimal& tolerance) {
  Fixed sum = 0, one = 1;
  for (int i = 0; i < places; ++i) one *= 10;
  for (const auto& v : values) sum += to_fixed(v);
  const auto off = sum > one ? sum - one : one - sum;
  return {fixed_text(sum), off <= to_fixed(tolerance)};
}

} // namespace inferd::sim
