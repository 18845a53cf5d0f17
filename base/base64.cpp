#include "base/base64.hpp"

#include <openssl/evp.h>

namespace inferd {

std::string base64_text(std::string_view bytes) {
  std::string encoded((bytes.size() + 2) / 3 * 4 + 1, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()), reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  encoded.pop_back(); // the terminating zero
  return encoded;
}

} // namespace inferd
