#pragma once
// Figures of a tape: traffic by actor and message, and what became of the windows.

#include "runtime/tape/tape.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace inferd {

struct TrafficStats {
  std::uint64_t messages{}, bytes{}; ///< received; bytes of the messages' JSON
  std::uint64_t starts{};            ///< of a place: 1, and one for each restart
};

/// From one step of a window to another, milliseconds.
struct StepStats {
  std::string name;
  std::vector<std::int64_t> ms; ///< ascending, one a window
  /// The value with `share` of the others at or below it. Precondition: there is one.
  std::int64_t quantile(double share) const;
};

struct TapeStats {
  Instant first, last; ///< of the entries
  std::map<Place, TrafficStats> places;
  std::map<std::string, TrafficStats> types;
  std::map<TopicId, std::map<std::string, std::size_t>> outcomes; ///< windows by final status; "open": none on the tape
  std::vector<StepStats> steps; ///< prepared → predicted, → stored; opened → in a mempool, → in a block; opened → outcome
};

/// By the messages' names and members, so of older versions too.
TapeStats stats_of(const Tape&);

} // namespace inferd
