#pragma once
// Replays a tape: every actor alone, in virtual time, receives exactly its recorded mailbox. What it sends to each other place
// is compared with what the tape recorded there.

#include "runtime/tape/tape.hpp"

#include <caf/fwd.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

struct ActorContext;

/// Spawns the actor of `place` with the recorded run's policy. Ports never answer, as their answers are on the tape; a store
/// returns the recorded reads. Null: the place is not replayed.
using ActorFactory = std::function<caf::strong_actor_ptr(caf::actor_system&, ActorContext&, const std::string& place)>;

struct ReplayDifference {
  std::uint64_t seq{}; ///< of the delivery that differs
  std::string sentence;
};

struct PlaceReplay {
  std::string place;
  bool skipped = false; ///< the factory returned null
  std::uint64_t starts{}, fed{}, compared{};
  std::uint64_t until{};   ///< compared up to this seq, where the books failed; 0: to the end
  std::uint64_t unheard{}; ///< sent in the replay only: the receiver was restarting, or the recording had ended
  std::optional<ReplayDifference> difference; ///< the first
};

struct ReplayReport {
  std::vector<PlaceReplay> places; ///< in order of first start
  bool identical() const;          ///< nothing differs, and something was compared
  std::string text() const;        ///< a line per place, then "identical" or "different"
};

/// Throws TapeError on an entry that cannot be delivered.
ReplayReport replay(const Tape&, const ActorFactory&);

} // namespace inferd
