#include "base/duration.hpp"

#include <array>
#include <charconv>

namespace inferd {
namespace {

struct Unit {
  char letter;
  std::int64_t ms;
  const char* word;
};
constexpr std::array<Unit, 5> units{{{'s', 1'000, "second"},
                                     {'m', 60'000, "minute"},
                                     {'h', 3'600'000, "hour"},
                                     {'d', 86'400'000, "day"},
                                     {'w', 604'800'000, "week"}}};
constexpr std::int64_t longest = 3'653 * std::int64_t{86'400'000};

/// The largest unit up to days that divides `ms`.
const Unit& unit_of(std::int64_t ms) {
  for (std::size_t i = 3; i > 0; --i)
    if (ms % units[i].ms == 0) return units[i];
  return units[0];
}

} // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  std::int64_t number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 1 || end + 1 != text.data() + text.size()) return {};
  for (const auto& unit : units)
    if (*end == unit.letter) return number > longest / unit.ms ? std::nullopt : std::optional(number * unit.ms);
  return {};
}

std::string duration_text(std::int64_t ms) {
  const auto& unit = unit_of(ms);
  return std::to_string(ms / unit.ms) + unit.letter;
}

std::string duration_words(std::int64_t ms) {
  const auto& unit = unit_of(ms);
  const auto n = ms / unit.ms;
  return std::to_string(n) + ' ' + unit.word + (n == 1 ? "" : "s");
}

} // namespace inferd
