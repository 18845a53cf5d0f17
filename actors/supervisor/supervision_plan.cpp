#include "actors/supervisor/supervision_plan.hpp"

#include "actors/supervisor/restart_policy.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

namespace inferd {
namespace {

constexpr RestartPolicy root_policy{.strategy = Strategy::one_for_one, .restarts = 5, .period_ms = 60'000};
constexpr RestartPolicy branch_policy{.strategy = Strategy::one_for_one, .restarts = 5, .period_ms = 60'000};

ChildPlan as_child(const SupervisorPlan& branch) {
  std::vector<std::int64_t> below;
  for (const auto& c : branch.children) below.push_back(c.stop_deadline_ms);
  // A scorer that keeps failing is given up: what the live models answer does not depend on it.
  const auto kind = branch.place.kind == PlaceKind::scoring ? ChildKind::temporary : ChildKind::permanent;
  return {branch.place, kind, group_stop_deadline(below), true};
}

template <class Enum> const char* word(Enum e) { return boost::describe::enum_to_string(e, "?"); }

} // namespace

std::vector<SupervisorPlan> supervision(const std::vector<FeedId>& feeds, const std::vector<TopicId>& topics, bool scored) {
  constexpr auto submitter = PlaceKind::submitter, watcher = PlaceKind::watcher;
  std::vector<SupervisorPlan> plans{{{PlaceKind::root}, root_policy, {{{PlaceKind::ledger}}}, {{submitter}, {watcher}}},
                                    {{PlaceKind::chain}, branch_policy, {{{submitter}}, {{watcher}}}, {}}};
  // Receivers before senders. Branches start their children at the same time, however: what an actor sends to another branch at
  // its start may find nobody there, so its receiver asks for it (AskModels, WindowWanted) when it starts.
  for (const auto& feed : feeds) {
    const auto feature = feed_place(PlaceKind::feature, feed), fetcher = feed_place(PlaceKind::fetcher, feed);
    plans.push_back({feed_place(PlaceKind::feed, feed), branch_policy, {{feature}, {fetcher}}, {fetcher}});
  }
  if (scored) plans.push_back({{PlaceKind::scoring}, branch_policy, {{{PlaceKind::scorer}}}, {}});
  for (const auto topic : topics) {
    const Place timer{PlaceKind::timer, topic};
    plans.front().notify.push_back(timer);
    plans.push_back({{PlaceKind::topic, topic}, branch_policy, {{{PlaceKind::predictor, topic}}, {timer}}, {timer}});
  }
  for (std::size_t i = 1; i < plans.size(); ++i) plans.front().children.push_back(as_child(plans[i]));
  return plans;
}

std::string supervision_text(const std::vector<SupervisorPlan>& plans) {
  std::string out;
  for (const auto& s : plans) {
    const auto& p = s.policy;
    out += fmt::format("{}: {}, {} restarts in {} s, then it gives up; backoff {} ms doubling to {} ms, jitter {} %; checks "
                       "its children every {} s, one that handles the same message for {} s is hung\n",
                       to_string(s.place), word(p.strategy), p.restarts, p.period_ms / 1000, p.backoff.first_ms,
                       p.backoff.longest_ms, p.backoff.above_percent, limits::liveness_interval / 1000,
                       limits::liveness_deadline / 1000);
    for (const auto& c : s.children)
      out += fmt::format("  {:<14} {}{}, {} ms to stop\n", to_string(c.place), word(c.kind), c.supervisor ? " supervisor" : "",
                         c.stop_deadline_ms);
  }
  return out +
         fmt::format("A mailbox of more than {} messages is a failure. A child that is not gone {} ms after it was killed is "
                     "given up.\nStopping: {} ms to drain, then {} ms for the whole tree.\n",
                     limits::mailbox, limits::kill_deadline, limits::stop_deadline, limits::tree_stop_deadline);
}

} // namespace inferd
