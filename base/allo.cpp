#include "base/allo.hpp"

#include <algorithm>

namespace inferd {

namespace {
constexpr std::size_t places = 18;
constexpr Uallo smallest_in_allo{1'000'000'000'000};
constexpr Uint128 four_digits = 10'000;
} // namespace

std::string allo_text(Uallo amount) {
  auto fraction = to_digits(amount.value % uallo_per_allo);
  fraction.insert(0, places - fraction.size(), '0');
  fraction.resize(fraction.find_last_not_of('0') + 1);
  return to_digits(amount.value / uallo_per_allo) + (fraction.empty() ? "" : "." + fraction);
}

std::string money_text(Uallo amount) {
  return amount < smallest_in_allo ? to_digits(amount.value) + " uallo" : allo_text(amount) + " ALLO";
}

std::string about_text(Uallo amount) {
  Uint128 unit = 1;
  while (amount.value / unit >= four_digits) unit *= 10;
  return money_text({saturating_add(amount.value, unit / 2) / unit * unit});
}

std::variant<Uallo, std::string> parse_allo(std::string_view text) {
  const std::string wrong = "is no amount of ALLO; wanted is a decimal like 0.002";
  if (const auto end = text.find_first_of(" A"); end != text.npos) {
    auto unit = text.substr(end);
    unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
    if (unit != "ALLO") return wrong;
    text = text.substr(0, end);
  }
  const auto point = text.find('.');
  auto fraction = point == text.npos ? std::string() : std::string(text.substr(point + 1));
  if (point != text.npos && fraction.empty()) return wrong;
  const auto whole = parse_digits(text.substr(0, point));
  if (fraction.size() > places && fraction.find_first_not_of("0123456789") == fraction.npos)
    return "has more than 18 decimal places; 1 uallo is 0.000000000000000001 ALLO";
  fraction.append(places - std::min(places, fraction.size()), '0');
  const auto part = parse_digits(fraction);
  if (!whole || !part) return wrong;
  const auto amount = saturating_add(saturating_multiply(*whole, uallo_per_allo), *part);
  if (amount == uint128_max) return "is more ALLO than there can be";
  return Uallo{amount};
}

} // namespace inferd
