#pragma once

#include <cstdint>
#include <span>

namespace inferd {

/// Random bytes: mnemonics, jitter. Live: the kernel's; simulated: a seed.
class EntropyPort {
public:
  virtual ~EntropyPort() = default;
  virtual void fill(std::span<std::uint8_t> bytes) = 0;
};

} // namespace inferd
