#pragma once

#include "runtime/ports/entropy_port.hpp"

#include <cstdint>

namespace inferd::sim {

/// SplitMix64: equal on every platform, unlike the distributions of <random>.
class Random {
public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    auto z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  std::uint64_t below(std::uint64_t n) { return n ? next() % n : 0; }
  bool chance(double p) { return p > 0 && static_cast<double>(next() >> 11) * 0x1p-53 < p; } ///< draws only if p > 0

private:
  std::uint64_t state_;
};

/// Seeded, for reproducible simulations; never for real keys.
class SeededEntropy : public EntropyPort {
public:
  explicit SeededEntropy(std::uint64_t seed) : random_(seed) {}
  void fill(std::span<std::uint8_t> bytes) override {
    for (auto& b : bytes) b = static_cast<std::uint8_t>(random_.next());
  }

private:
  Random random_;
};

} // namespace inferd::sim
