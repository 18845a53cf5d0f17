#pragma once
// Doubles as decimal text.

#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

namespace inferd {

/// The shortest decimal that parses to the same double.
inline std::string shortest_text(double x) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, x).ptr};
}

/// The whole text as a finite number.
inline std::optional<double> parse_finite(std::string_view text) {
  double x{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(x)) return {};
  return x;
}

} // namespace inferd
