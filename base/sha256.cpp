#include "base/sha256.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

namespace inferd {

std::string sha256_text(std::string_view text) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest);
  std::string out = "sha256:";
  for (const auto byte : digest) out += fmt::format("{:02x}", byte);
  return out;
}

} // namespace inferd
