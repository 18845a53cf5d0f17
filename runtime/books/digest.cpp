#include "runtime/books/digest.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <string>

namespace inferd {

std::optional<TxHash> hash_of(const TxBytes& tx) {
  const auto& text = tx.base64;
  if (text.empty() || text.size() % 4 != 0 || text.find_first_of(" \t\r\n") != text.npos) return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  const int n = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  if (n < 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  bytes.resize(static_cast<std::size_t>(n) - padding);
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  TxHash hash;
  for (const auto byte : digest) {
    constexpr const char* hex = "0123456789ABCDEF";
    hash.hex += hex[byte >> 4];
    hash.hex += hex[byte & 15];
  }
  return hash;
}

} // namespace inferd
