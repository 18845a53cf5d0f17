#pragma once

#include <cstdint>
#include <span>

namespace inferd {

/// Bytes for mnemonics, jitter. Live: the kernel's; simulation: seeded.
class EntropyPort {
public:
  virtual ~EntropyPort() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

} // namespace inferd
