#include "base/hd_path.hpp"

#include <charconv>
#include <fmt/format.h>

namespace inferd {

namespace {
constexpr std::size_t most_levels = 10;
}

HdPath cosmos_path(std::uint32_t account) { return {44 | hd_hardened, 118 | hd_hardened, account | hd_hardened, 0, 0}; }

std::variant<HdPath, std::string> parse_hd_path(std::string_view text) {
  if (text.starts_with("m/")) text.remove_prefix(2);
  HdPath path;
  while (path.size() < most_levels) {
    auto level = text.substr(0, text.find('/'));
    const bool last = level.size() == text.size();
    text.remove_prefix(last ? text.size() : level.size() + 1);
    const bool is_hardened = level.ends_with('\'') || level.ends_with('h') || level.ends_with('H');
    if (is_hardened) level.remove_suffix(1);
    std::uint32_t index = 0;
    const auto [end, error] = std::from_chars(level.data(), level.data() + level.size(), index);
    if (error == std::errc::result_out_of_range || (error == std::errc{} && index >= hd_hardened))
      return fmt::format("has a number above 2147483647 at level {}", path.size() + 1);
    if (error != std::errc{} || end != level.data() + level.size())
      return fmt::format("is no number at level {}; wanted is a path like m/44'/118'/0'/0/0", path.size() + 1);
    path.push_back(is_hardened ? index | hd_hardened : index);
    if (last) return path;
  }
  return fmt::format("has more than {} levels", most_levels);
}

std::string hd_path_text(const HdPath& path) {
  std::string text = "m";
  for (const auto index : path) text += fmt::format("/{}{}", index & ~hd_hardened, index & hd_hardened ? "'" : "");
  return text;
}

} // namespace inferd
