#include "runtime/books/decimal_sum.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <cstdint>
#include <optional>
#include <string_view>

namespace inferd {
namespace {

constexpr int places = 120; ///< decimal places; further digits are dropped
constexpr std::size_t digits = 2 * places + 40;
constexpr int exponent_bound = 100;
constexpr std::size_t mantissa_bound = 100;

struct Parsed {
  bool negative{};
  std::string_view whole, fraction;
  int exponent{};
};

bool all_digits(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<Parsed> parse(std::string_view text) {
  Parsed p;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    p.negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (const auto e = text.find_first_of("eE"); e != text.npos) {
    auto exponent = text.substr(e + 1);
    if (!exponent.empty() && exponent.front() == '+') exponent.remove_prefix(1);
    const auto [end, error] = std::from_chars(exponent.data(), exponent.data() + exponent.size(), p.exponent);
    if (error != std::errc{} || end != exponent.data() + exponent.size()) return std::nullopt;
    text = text.substr(0, e);
  }
  const auto point = text.find('.');
  p.whole = text.substr(0, point);
  if (point != text.npos) p.fraction = text.substr(point + 1);
  const auto size = p.whole.size() + p.fraction.size();
  if (size == 0 || size > mantissa_bound || std::abs(p.exponent) > exponent_bound) return std::nullopt;
  if (!all_digits(p.whole) || !all_digits(p.fraction)) return std::nullopt;
  return p;
}

} // namespace

void DecimalSum::add(const Decimal& term) {
  const auto p = parse(term.text);
  if (!p) return;
  digits_.resize(digits + 20);
  const auto add = [&](int power, char digit) {
    const int at = power + places;
    if (at >= 0 && at < static_cast<int>(digits)) digits_[at] += p->negative ? -(digit - '0') : digit - '0';
  };
  for (std::size_t i = 0; i < p->whole.size(); ++i) add(p->exponent + static_cast<int>(p->whole.size() - 1 - i), p->whole[i]);
  for (std::size_t i = 0; i < p->fraction.size(); ++i) add(p->exponent - 1 - static_cast<int>(i), p->fraction[i]);
}

Decimal DecimalSum::total() const {
  auto total = digits_;
  total.resize(digits + 20);
  const auto settle = [](std::vector<std::int64_t> t) { // carries; a negative sum has a negative top digit
    for (std::size_t i = 0; i + 1 < t.size(); ++i) {
      auto carry = t[i] / 10;
      if (t[i] % 10 < 0) --carry;
      t[i] -= 10 * carry;
      t[i + 1] += carry;
    }
    return t;
  };
  auto settled = settle(total);
  const bool negative = settled.back() < 0;
  if (negative) {
    for (auto& d : total) d = -d;
    settled = settle(total);
  }
  std::string text;
  auto high = settled.size() - 1;
  while (high > places && settled[high] == 0) --high;
  for (auto i = high + 1; i-- > places;) text += static_cast<char>('0' + settled[i]);
  std::size_t low = 0;
  while (low < places && settled[low] == 0) ++low;
  if (low < places) text += '.';
  for (std::size_t i = places; i-- > low;) text += static_cast<char>('0' + settled[i]);
  return {negative ? "-" + text : text};
}

Decimal sum(const std::vector<Decimal>& terms) {
  DecimalSum sum;
  for (const auto& term : terms) sum.add(term);
  return sum.total();
}

} // namespace inferd
