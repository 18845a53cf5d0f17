#pragma once

#include <cstdint>
#include <span>

namespace inferd {

/// Random bytes for mnemonics and jitter. Live: the kernel's generator; simulation: seeded.
class EntropyPort {
public:
  virtual ~EntropyPort() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

} // namespace inferd
