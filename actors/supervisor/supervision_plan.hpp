#pragma once
// The supervision tree as data: who supervises whom, with which policy. The daemon builds the tree from it, `inferd config
// show` prints it.

#include "actors/supervisor/restart_policy.hpp"
#include "messages/candles.hpp"
#include "messages/limits.hpp"
#include "messages/supervision.hpp"

#include <string>
#include <vector>

namespace inferd {

struct ChildPlan {
  Place place;
  ChildKind kind{ChildKind::permanent};
  std::int64_t stop_deadline_ms = limits::child_stop_deadline; ///< then it is killed
  bool supervisor = false;
};

struct SupervisorPlan {
  Place place;
  RestartPolicy policy;
  std::vector<ChildPlan> children; ///< in the order of their start; stopped in reverse
  std::vector<Place> notify;       ///< places that receive ChildRestarted for children here and below
};

/// The root first; `scored`: with a scorer. A branch's budget is exhausted within 40 s of repeated failures; so is the root's,
/// which ends the process, and the service manager starts it again.
std::vector<SupervisorPlan> supervision(const std::vector<FeedId>& feeds, const std::vector<TopicId>& topics,
                                        bool scored = false);

/// For `inferd config show`, several lines.
std::string supervision_text(const std::vector<SupervisorPlan>&);

} // namespace inferd
