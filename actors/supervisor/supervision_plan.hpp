#pragma once
// Who supervises whom, and how: all of it is here. The tree is built from this, `inferd config show` prints it.

#include "actors/supervisor/restart_policy.hpp"
#include "messages/candles.hpp"
#include "messages/limits.hpp"
#include "messages/units.hpp"

#include <string>
#include <vector>

namespace inferd {

struct ChildPlan {
  std::string place;
  ChildKind kind{ChildKind::permanent};
  std::int64_t stop_deadline_ms = limits::child_stop_deadline; ///< then it is killed
  bool supervisor = false;
};

struct SupervisorPlan {
  std::string place;
  RestartPolicy policy;
  std::vector<ChildPlan> children; ///< in the order of their start; stopped in reverse
  std::vector<std::string> notify; ///< places that hear of a restart, here and below
};

/// The root first. A supervisor's own budget is the smaller one: what its children cannot get over ends with the process,
/// within half a minute, and the service manager begins anew.
std::vector<SupervisorPlan> supervision(const std::vector<FeedId>& feeds, const std::vector<TopicId>& topics);

/// Lines for people.
std::string supervision_text(const std::vector<SupervisorPlan>&);

/// The places of a feed's and a topic's supervisor.
inline std::string feed_place(const FeedId& feed) { return "feed/" + feed_name(feed); }
inline std::string topic_place(TopicId id) { return "topic/" + std::to_string(id.value); }

} // namespace inferd
