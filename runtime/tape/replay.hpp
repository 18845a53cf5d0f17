#pragma once
// Replays a tape: each actor runs alone, in virtual time, with exactly the messages the tape has for it, and what it sends to
// each other place is compared with what that place received from it on the tape.

#include "messages/place.hpp"
#include "runtime/tape/tape.hpp"

#include <caf/fwd.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

struct ActorContext;

/// Starts the actor at `place` with the policy of the recorded run and ports that never answer, since their answers are on the
/// tape. Null: this place is not replayed.
using ActorFactory = std::function<caf::strong_actor_ptr(caf::actor_system&, ActorContext&, const Place& place)>;

struct ReplayDifference {
  std::uint64_t seq{}; ///< of the delivery that was not reproduced
  std::string sentence;
};

/// The result for one place.
struct PlaceReplay {
  Place place;
  bool skipped = false;                      ///< the factory returned null
  std::uint64_t starts{}, fed{}, compared{}; ///< messages delivered; sent messages that are as recorded
  std::uint64_t until{};                     ///< not 0: compared up to this seq, at which a port's call threw
  std::uint64_t undelivered{}; ///< sent, but not received on the tape: the receiver was restarting, or the tape ends
  std::optional<ReplayDifference> difference; ///< the first
};

struct ReplayReport {
  std::vector<PlaceReplay> places; ///< in the order of their first start
  std::string missing;             ///< what the tape lacks, in one sentence; empty: it holds the whole run
  bool differs() const;
  bool identical() const;   ///< no difference, and something was compared
  std::string text() const; ///< a line per place and one about what is missing, then the result in one line
};

/// Throws TapeError on an entry that cannot be delivered, and on a tape of an older version.
ReplayReport replay(const Tape&, const ActorFactory&);

} // namespace inferd
