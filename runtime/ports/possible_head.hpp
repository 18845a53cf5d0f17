#pragma once
// How far a chain's head can move: what a node, an endpoint's rank and the actors' heights are compared with.

#include "messages/units.hpp"

#include <algorithm>
#include <cstdint>

namespace inferd {

inline constexpr std::int64_t reorganised_blocks = 100; ///< a head further below the known one is of another view of the chain
inline constexpr std::int64_t agreeing_blocks = 1'000;  ///< heights further apart, if equally recent, are of different chains
inline constexpr std::int64_t fastest_block_ms = 250;   ///< four blocks a second
inline constexpr std::int64_t recent_ms = 60'000;       ///< a node whose newest block is older is behind

/// The chain's head at an instant.
struct KnownHead {
  Height height; ///< 0: not known
  Instant at;
};

/// Whether the chain can have this head by now.
constexpr bool possible_head(Height height, const KnownHead& known, Instant now) {
  if (known.height.value == 0) return true;
  const auto elapsed = std::max<std::int64_t>(0, now.value - known.at.value);
  return height.value + reorganised_blocks >= known.height.value &&
         height.value <= known.height.value + elapsed / fastest_block_ms + agreeing_blocks;
}

} // namespace inferd
