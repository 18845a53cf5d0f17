#pragma once
// Lines about a state that lasts, such as a missing registration: the state is polled, and each poll would repeat its line.

#include "messages/units.hpp"

#include <map>
#include <string>

namespace inferd {

/// Not thread-safe. One entry a key: keys must be few.
class RepeatedLines {
public:
  static constexpr std::int64_t pause_ms = 3'600'000;

  /// Whether the line of `key` is due: it is new, or was last written an hour ago.
  bool due(const std::string& key, Instant now) {
    const auto [it, added] = written_.try_emplace(key, now);
    if (!added && now >= it->second && now.value - it->second.value < pause_ms) return false;
    it->second = now;
    return true;
  }
  /// The state of `key` has ended: its next line is due.
  void over(const std::string& key) { written_.erase(key); }

private:
  std::map<std::string, Instant> written_;
};

} // namespace inferd
