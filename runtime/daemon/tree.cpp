#include "runtime/daemon/tree.hpp"

#include "actors/feature.hpp"
#include "actors/fetcher.hpp"
#include "actors/predictor.hpp"
#include "actors/submitter.hpp"
#include "actors/timer.hpp"
#include "actors/watcher.hpp"

namespace inferd {
namespace {

template <class Handle>
caf::strong_actor_ptr strong(const Handle& handle) {
  return caf::actor_cast<caf::strong_actor_ptr>(handle);
}

struct Place {
  std::string name;
  std::function<caf::strong_actor_ptr(caf::actor_system&)> start;
};

/// Receivers before senders, so that nothing is sent to an empty place at the start.
std::vector<Place> pipeline(Surroundings& around, const TopicPlan& topic) {
  const auto id = topic.timer.topic;
  return {
    {predictor_of(id).name, [&around, p = topic.predictor](auto& s) { return strong(spawn_predictor(s, around, p)); }},
    {feature_of(id).name, [&around, id](auto& s) { return strong(spawn_feature(s, around, id)); }},
    {fetcher_of(id).name,
     [&around, p = topic.fetcher, market = topic.market](auto& s) { return strong(spawn_fetcher(s, around, p, market)); }},
    {timer_of(id).name, [&around, p = topic.timer](auto& s) { return strong(spawn_timer(s, around, p)); }},
  };
}

Place ledger(Surroundings& around, const TreePlan& plan) {
  return {ledger_role.name, [&around, p = plan.ledger, store = plan.store, own = plan.threads](auto& s) {
            return strong(spawn_ledger(s, around, p, store, own));
          }};
}

std::vector<Place> chain(Surroundings& around, const TreePlan& plan) {
  return {
    {submitter_role.name, [&around, p = plan.submitter, chain = plan.chain, signer = plan.signer](auto& s) {
       return strong(spawn_submitter(s, around, p, chain, signer));
     }},
    {watcher_role.name,
     [&around, p = plan.watcher, chain = plan.chain](auto& s) { return strong(spawn_watcher(s, around, p, chain)); }},
  };
}

ChildSpec child(const Place& place) {
  return {.name = place.name, .kind = ChildKind::permanent, .start = place.start};
}

} // namespace

SupervisorSpec make_tree(Surroundings& around, std::shared_ptr<const TreePlan> plan) {
  const auto branch = [&](std::string place, const std::vector<Place>& places, std::vector<std::string> notify) {
    SupervisorSpec spec{.place = std::move(place), .policy = plan->branch, .notify = std::move(notify), .seed = plan->seed};
    spec.life_interval_ms = plan->life_interval_ms;
    for (const auto& p : places) spec.children.push_back(child(p));
    return nested(around, std::move(spec), root_role.name);
  };
  SupervisorSpec root{.place = root_role.name,
                      .policy = plan->root,
                      .notify = {submitter_role.name, watcher_role.name},
                      .seed = plan->seed,
                      .life_interval_ms = plan->life_interval_ms,
                      .own_thread = plan->threads};
  for (const auto& topic : plan->topics) root.notify.push_back(timer_of(topic.timer.topic).name);
  root.children.push_back(child(ledger(around, *plan)));
  root.children.push_back(branch("chain", chain(around, *plan), {}));
  for (const auto& topic : plan->topics)
    root.children.push_back(
      branch(topic_place(topic.timer.topic), pipeline(around, topic), {timer_of(topic.timer.topic).name}));
  return root;
}

caf::strong_actor_ptr start_alone(caf::actor_system& system, Surroundings& around, const TreePlan& plan,
                                  const std::string& place) {
  auto places = chain(around, plan);
  places.push_back(ledger(around, plan));
  for (const auto& topic : plan.topics)
    for (auto& p : pipeline(around, topic)) places.push_back(std::move(p));
  for (const auto& p : places)
    if (p.name == place) return p.start(system);
  return nullptr;
}

} // namespace inferd
