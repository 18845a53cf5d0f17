#pragma once
// How a supervisor shows itself: JSON for the admin port and for the supervisor above.

#include "actors/supervisor_core.hpp"

#include <deque>
#include <string>
#include <vector>

namespace inferd {

/// The answer to Inspect{deep: false}.
struct Vitals {
  bool healthy{};              ///< all who should run do, and answer
  std::uint32_t actors{};      ///< alive, here and below, the supervisor included
  std::uint32_t restarts{};    ///< since the start, here and below
  std::uint32_t given_up{};    ///< hung and replaced; their threads may be lost

  std::string text() const;
  /// Not healthy, when `json` is none of ours.
  static Vitals from(const std::string& json);
};
BOOST_DESCRIBE_STRUCT(Vitals, (), (healthy, actors, restarts, given_up))

struct ChildView {
  std::string name;
  ChildKind kind{};
  ChildState state{};
  std::uint32_t restarts{};
  Instant since, answered; ///< last start; last answer to Inspect, 0: none yet
  std::int64_t waiting{};  ///< messages in its mailbox
  bool supervisor{};
};
BOOST_DESCRIBE_STRUCT(ChildView, (), (name, kind, state, restarts, since, answered, waiting, supervisor))

/// The answer to Inspect{deep: true}: {"vitals", "policy", "children", "failures"}.
std::string tree_text(const Vitals&, const RestartPolicy&, const std::vector<ChildView>&, const std::deque<Failure>&);

/// "12 windows, 10 confirmed …", for the heartbeat.
std::string books_text(const BooksSummary&);

/// "place: what (at inferd::Message)", as Taped ends an actor whose handler threw, taken apart.
SupervisorCore::End end_of_text(const std::string& text);

} // namespace inferd
