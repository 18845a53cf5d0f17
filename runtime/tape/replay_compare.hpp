#pragma once

#include "runtime/tape/replay.hpp"

#include <map>

namespace inferd {

/// One message an actor sent in the replay.
struct Sent {
  std::string type, message; ///< JSON
  std::uint64_t after{};     ///< seq of what it had been given last
};
using SentTo = std::map<std::string, std::vector<Sent>>; ///< by receiver, in order

/// Compares what `place` sent with what the tape says arrived from it. A receiver that was restarted had lost its mailbox, and
/// one that had not begun yet heard nothing: only there, and at the tape's end, may messages be missing from the tape.
/// What arrived from `result.until` on is not compared.
void compare(const Tape&, const std::string& place, const SentTo&, PlaceReplay& result);

} // namespace inferd
