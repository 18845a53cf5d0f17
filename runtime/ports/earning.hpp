#pragma once
// Whether the books show that windows are answered: for health, heartbeat and metrics.

#include "messages/supervision.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace inferd {

inline constexpr std::uint64_t windows_until_unwell = 2; ///< ended in a row without an answer

/// Whole days that the balance lasts at the fees of the last 24 hours; empty: none were paid.
inline std::optional<std::uint64_t> days_left(Uallo balance, Uallo fees_24h) {
  if (fees_24h.value == 0) return {};
  return static_cast<std::uint64_t>(std::min<Uint128>(balance.value / fees_24h.value, 36'500));
}

/// Windows up to `booked` open once more and are not answered a second time.
inline std::string went_back(Height head, Height booked) {
  return "the chain's head is " + std::to_string(head.value) + ", and windows up to " + std::to_string(booked.value) +
         " are in the books: the chain or its nodes were rolled back to an earlier block, and these windows are not answered "
         "again; compare the height with that of other nodes, use another one, or wait until the head has passed them";
}

/// The first topic that is not earning, with how its newest window ended; empty: none.
inline std::string not_earning(const BooksSummary& b) {
  for (const auto& topic : b.topics) {
    if (topic.since_answered < windows_until_unwell) continue;
    return "topic " + std::to_string(topic.topic.value) + " is not earning: its last " + std::to_string(topic.since_answered) +
           " windows were not answered; the newest ended as " + topic.last_end + "; the last answered one is " +
           (topic.last_answered.value == 0 ? "not in the books" : std::to_string(topic.last_answered.value));
  }
  return {};
}

} // namespace inferd
