#pragma once

#include <cstdint>

namespace inferd {

/// SplitMix64: equal on every platform, unlike the distributions of <random>. Not for keys.
class SplitMix64 {
public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    auto z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; } ///< in [0, 1)
  std::uint64_t below(std::uint64_t n) { return n ? next() % n : 0; }
  bool chance(double p) { return p > 0 && uniform() < p; } ///< draws only if p > 0

private:
  std::uint64_t state_;
};

} // namespace inferd
