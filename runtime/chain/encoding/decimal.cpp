#include "runtime/chain/encoding/decimal.hpp"

#include <charconv>
#include <cstdint>
#include <fmt/format.h>

namespace inferd::chain {

namespace {

constexpr std::size_t max_length = 256;
constexpr std::int64_t max_exponent = 40;        // |v| is in [1e-40, 1e40]
constexpr std::int64_t min_plain_exponent = -6;  // adjusted exponent
constexpr std::int64_t max_zero_exponent = 2000; // largest |exponent| of a zero

struct Parts {
  bool negative{};
  std::string digits;      ///< no leading zeros, "0" for zero
  std::int64_t exponent{}; ///< value = digits × 10^exponent
  std::int64_t adjusted() const { return exponent + static_cast<std::int64_t>(digits.size()) - 1; }
};

/// Removes the leading digits from `rest`.
std::string_view take_digits(std::string_view& rest) {
  const auto end = std::min(rest.find_first_not_of("0123456789"), rest.size());
  const auto digits = rest.substr(0, end);
  rest.remove_prefix(end);
  return digits;
}

bool equals_ignoring_case(std::string_view text, std::string_view word) {
  if (text.size() != word.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i)
    if ((text[i] | 0x20) != word[i]) return false;
  return true;
}

Result<Parts> parse(std::string_view text) {
  const auto quoted = [&] { return fmt::format("\"{}\"", text.substr(0, 40)); };
  const auto no_decimal = [&] { return quoted() + " is not a decimal"; };
  if (text.size() > max_length) return fmt::format("a decimal of {} characters is too long", text.size());
  for (const unsigned char c : text)
    if (c < 0x20 || c > 0x7e) return "a decimal holds a character that is not printable ASCII";

  Parts parts;
  auto rest = text;
  if (rest.starts_with('-') || rest.starts_with('+')) {
    parts.negative = rest.front() == '-';
    rest.remove_prefix(1);
  }
  for (const auto word : {"nan", "snan", "inf", "infinity"})
    if (equals_ignoring_case(rest, word)) return quoted() + " is not finite";

  parts.digits = take_digits(rest);
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    const auto decimals = take_digits(rest);
    parts.digits += decimals;
    parts.exponent = -static_cast<std::int64_t>(decimals.size());
  }
  if (parts.digits.empty()) return no_decimal();
  if (rest.starts_with('e') || rest.starts_with('E')) {
    rest.remove_prefix(1);
    if (rest.starts_with('+')) {
      rest.remove_prefix(1);
      if (rest.starts_with('-')) return no_decimal();
    }
    std::int32_t exponent = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), exponent);
    if (error == std::errc::result_out_of_range && end == rest.data() + rest.size())
      return quoted() + " is out of the chain's range";
    if (error != std::errc{} || end != rest.data() + rest.size()) return no_decimal();
    parts.exponent += exponent;
  } else if (!rest.empty()) {
    return no_decimal();
  }
  parts.digits.erase(0, std::min(parts.digits.find_first_not_of('0'), parts.digits.size() - 1));
  return parts;
}

bool in_range(const Parts& parts) {
  if (parts.digits == "0") return parts.exponent >= -max_zero_exponent && parts.exponent <= max_zero_exponent;
  const auto adjusted = parts.adjusted();
  if (adjusted == max_exponent)
    return parts.digits.front() == '1' && parts.digits.find_first_not_of('0', 1) == std::string::npos;
  return adjusted >= -max_exponent && adjusted < max_exponent;
}

std::string spell(const Parts& parts) {
  std::string text = parts.negative ? "-" : "";
  const auto& digits = parts.digits;
  const bool zero = digits == "0";
  if (parts.exponent <= 0 && (zero || parts.adjusted() >= min_plain_exponent)) {
    const auto decimals = static_cast<std::size_t>(-parts.exponent);
    if (decimals == 0) return text + digits;
    if (decimals < digits.size())
      return text + digits.substr(0, digits.size() - decimals) + "." + digits.substr(digits.size() - decimals);
    return text + "0." + std::string(decimals - digits.size(), '0') + digits;
  }
  text += digits.front();
  if (digits.size() > 1) text += "." + digits.substr(1);
  return text + fmt::format("E{:+}", parts.adjusted());
}

} // namespace

Result<Decimal> canonical_decimal(std::string_view text) {
  auto parsed = parse(text);
  if (auto* error = std::get_if<std::string>(&parsed)) return std::move(*error);
  const auto& parts = std::get<Parts>(parsed);
  if (!in_range(parts))
    return fmt::format("\"{}\" is out of the chain's range: 0, or 1e-40 to 1e40 in size", text.substr(0, 40));
  return Decimal{spell(parts)};
}

} // namespace inferd::chain
