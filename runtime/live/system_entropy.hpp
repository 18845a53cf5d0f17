#pragma once

#include "runtime/ports/entropy_port.hpp"

#include <cerrno>
#include <stdexcept>
#include <sys/random.h>

namespace inferd {

/// Uses getrandom(2).
class SystemEntropy : public EntropyPort {
public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::size_t done = 0; done < bytes.size();) {
      const auto n = ::getrandom(bytes.data() + done, bytes.size() - done, 0);
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) throw std::runtime_error("the kernel gives no randomness");
      done += static_cast<std::size_t>(n);
    }
  }
};

} // namespace inferd
