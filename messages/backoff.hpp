#pragma once

#include <boost/describe.hpp>
#include <algorithm>
#include <cassert>
#include <cstdint>

namespace inferd {

/// Exponential backoff with jitter: the wait doubles with each failure in a row.
struct Backoff {
  std::int64_t first_ms{};       ///< after the first failure
  std::int64_t longest_ms{};     ///< limit of the doubling, before jitter
  std::uint32_t below_percent{}; ///< jitter: the wait is uniform in [1 - below, 1 + above) times the doubled one;
  std::uint32_t above_percent{}; ///< each at most 100, both 0: no jitter

  /// Milliseconds to wait after the `failures`-th failure in a row (from 1). `random`: uniform in [0, 1).
  constexpr std::int64_t wait(std::uint32_t failures, double random = 0) const {
    assert(failures > 0 && below_percent <= 100 && above_percent <= 100);
    const auto doublings = std::min(failures - 1, 62u);
    const auto base = first_ms <= longest_ms >> doublings ? first_ms << doublings : longest_ms;
    const auto least = base - base * below_percent / 100, most = base + base * above_percent / 100;
    return least + static_cast<std::int64_t>(random * static_cast<double>(most - least));
  }
  bool operator==(const Backoff&) const = default;
};
BOOST_DESCRIBE_STRUCT(Backoff, (), (first_ms, longest_ms, below_percent, above_percent))

} // namespace inferd
