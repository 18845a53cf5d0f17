#include "tests/fuzz/fuzz.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  inferd::fuzz::one({reinterpret_cast<const char*>(data), size});
  return 0;
}
