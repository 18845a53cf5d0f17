#include "runtime/config/show.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace inferd {

std::string show_config(const Config& config) {
  std::size_t width = 0;
  for (const auto& s : config.effective) width = std::max(width, s.name.size() + s.value.size() + 3);
  width = std::min<std::size_t>(width, 72);
  auto out = fmt::format("# {}\n", config.file.empty() ? "no configuration file" : config.file);
  for (const auto& s : config.effective) out += fmt::format("{:<{}}  # {}\n", s.name + " = " + s.value, width, s.origin);
  return out;
}

} // namespace inferd
