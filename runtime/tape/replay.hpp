#pragma once
// A tape played back: every actor alone, in virtual time, gets exactly the mailbox the tape has for it, and what it sends to
// each other place is compared with what the tape says that place received from it.

#include "runtime/tape/tape.hpp"

#include <caf/fwd.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

struct ActorContext;

/// Starts the actor that holds `place`, as it was started then: the same policy, and ports that never answer, for their answers
/// are on the tape. Null: this place is not replayed.
using ActorFactory = std::function<caf::strong_actor_ptr(caf::actor_system&, ActorContext&, const std::string& place)>;

struct ReplayDifference {
  std::uint64_t seq{}; ///< of the delivery that was not reproduced
  std::string sentence;
};

/// What became of one place.
struct PlaceReplay {
  std::string place;
  bool skipped = false; ///< the factory does not know it
  std::uint64_t starts{}, fed{}, compared{};
  std::uint64_t until{};   ///< not 0: compared up to this seq, where a port failed it
  std::uint64_t unheard{}; ///< sent again, but to nobody then: the receiver was restarting or the process ended
  std::optional<ReplayDifference> difference; ///< the first
};

struct ReplayReport {
  std::vector<PlaceReplay> places; ///< in the order of their first start
  bool identical() const;          ///< no difference, and something was compared
  std::string text() const;        ///< a line a place, then "identical" or "different"
};

/// Throws TapeError on an entry that cannot be delivered.
ReplayReport replay(const Tape&, const ActorFactory&);

} // namespace inferd
