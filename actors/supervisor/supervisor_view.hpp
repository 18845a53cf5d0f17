#pragma once
// How a supervisor shows itself: JSON for the admin port, a few numbers for the supervisor above.

#include "actors/supervisor/supervisor_core.hpp"

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

namespace inferd {

struct Vitals {
  bool healthy{};           ///< all who should run do, and get on
  std::uint32_t actors{};   ///< alive, here and below, the supervisor included
  std::uint32_t restarts{}; ///< since the start, here and below
  std::uint32_t given_up{}; ///< hung and replaced; their threads may be lost
};
BOOST_DESCRIBE_STRUCT(Vitals, (), (healthy, actors, restarts, given_up))

/// What the supervisor above sees of this one without asking it. From any thread.
class SupervisorStats {
public:
  struct View {
    Vitals vitals;
    std::uint64_t checks{}; ///< at its children, so far: it stands still when the supervisor does
  };
  virtual ~SupervisorStats() = default;
  View view() const {
    const std::lock_guard lock(mutex_);
    return view_;
  }

protected:
  void show(const View& view) {
    const std::lock_guard lock(mutex_);
    view_ = view;
  }

private:
  mutable std::mutex mutex_;
  View view_{{false, 1}};
};

struct ChildView {
  std::string name;
  ChildKind kind{};
  ChildState state{};
  std::uint32_t restarts{};
  Instant since, answered; ///< last start; last seen getting on, 0: not yet
  std::int64_t waiting{};  ///< messages in its mailbox
  bool supervisor{};
};
BOOST_DESCRIBE_STRUCT(ChildView, (), (name, kind, state, restarts, since, answered, waiting, supervisor))

/// The answer to Inspect: {"vitals", "policy", "children", "failures"}.
std::string tree_text(const Vitals&, const RestartPolicy&, const std::vector<ChildView>&, const std::deque<Failure>&);

/// "12 windows, 10 confirmed …", for the heartbeat.
std::string books_text(const BooksSummary&);

/// "place: what (at inferd::Message)", as Taped ends an actor whose handler threw, taken apart.
SupervisorCore::End end_of_text(const std::string& text);

} // namespace inferd
