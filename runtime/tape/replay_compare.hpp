#pragma once

#include "runtime/tape/replay.hpp"

#include <map>

namespace inferd {

/// One message an actor sent in the replay.
struct Sent {
  std::string type, message; ///< `message`: JSON
  std::uint64_t after{};     ///< seq of the last entry fed before
};
using SentTo = std::map<std::string, std::vector<Sent>>; ///< by receiver, in order

/// Compares what `place` sent, per receiver, with what the tape recorded: each run of a receiver must match a contiguous part.
/// Messages may be missing on the tape only before a receiver's start, while it restarts, and at the tape's end.
/// Deliveries from `result.until` on are not compared.
void compare(const Tape&, const std::string& place, const SentTo&, PlaceReplay& result);

} // namespace inferd
