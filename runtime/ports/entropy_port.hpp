#pragma once

#include <cstdint>
#include <span>

namespace inferd {

/// Random bytes for keys; the kernel's.
class EntropyPort {
public:
  virtual ~EntropyPort() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

} // namespace inferd
