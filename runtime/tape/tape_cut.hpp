#pragma once
// A smaller tape, for a bug report or a test.
//
// Actors are replayed one by one, each from its first message on: a tape may lack whole actors and everything behind a point,
// and nothing else. The entries that are kept are numbered anew; the end line says what was cut.

#include "runtime/tape/tape.hpp"

#include <iosfwd>
#include <optional>
#include <vector>

namespace inferd {

struct TapeCut {
  std::optional<std::uint64_t> until; ///< the last seq that is kept; empty: to the end
  std::vector<Place> places;          ///< actors that are kept; empty: all
};

/// The actors that take part in answering `topic`, supervisors left out, and the last entry about one of its windows, if it is
/// given. Throws TapeError: the tape has nothing about them.
TapeCut cut_for(const Tape&, TopicId topic, std::optional<Height> nonce);

/// Returns the number of entries written. Throws TapeError when nothing is left.
std::size_t write_cut(const Tape&, const TapeCut&, std::ostream&);

} // namespace inferd
