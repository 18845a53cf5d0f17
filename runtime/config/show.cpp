#include "runtime/config/show.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <openssl/sha.h>

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
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest;
  SHA256(reinterpret_cast<const unsigned char*>(lines.data()), lines.size(), digest.data());
  std::string out = "sha256:";
  for (const auto byte : digest) out += fmt::format("{:02x}", byte);
  return out;
}

} // namespace inferd
