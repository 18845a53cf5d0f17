#pragma once

#include "runtime/tape/replay.hpp"

#include <map>

namespace inferd {

/// One message an actor sent in the replay.
struct Sent {
  std::string type, message; ///< JSON
  std::uint64_t after{};     ///< seq of the last entry that was delivered to it
};
using SentTo = std::map<Place, std::vector<Sent>>; ///< by receiver, in order

/// Compares what `place` sent with what the other places received from it on the tape. Sent messages may be missing there only
/// where a receiver had not started yet or was restarted (it lost its mailbox), and at the tape's end. Entries from
/// `result.until` on are not compared.
void compare(const Tape&, const Place& place, const SentTo&, PlaceReplay& result);

} // namespace inferd
