#include "runtime/config/show.hpp"

#include "base/sha256.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace inferd {

std::string show_config(const Config& config) {
  std::size_t width = 0;
  for (const auto& s : config.effective) width = std::max(width, s.name.size() + s.value.size() + 3);
  width = std::min<std::size_t>(width, 72);
  auto out = fmt::format("# {}\n# {}\n", config.file.empty() ? "no configuration file" : config.file, config_digest(config));
  for (const auto& s : config.effective) out += fmt::format("{:<{}}  # {}\n", s.name + " = " + s.value, width, s.origin);
  return out;
}

std::string config_digest(const Config& config) {
  std::string lines;
  for (const auto& s : config.effective) lines += s.name + " = " + s.value + '\n';
  return sha256_text(lines);
}

} // namespace inferd
