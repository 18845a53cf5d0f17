#include "runtime/daemon/actor_tree.hpp"

#include "actors/pipeline/feature.hpp"
#include "actors/pipeline/fetcher.hpp"
#include "actors/pipeline/foreign.hpp"
#include "actors/pipeline/predictor.hpp"
#include "actors/submitter/submitter.hpp"
#include "actors/pipeline/timer.hpp"
#include "actors/watcher/watcher.hpp"

#include <functional>
#include <map>

namespace inferd {
namespace {

template <class Handle> caf::strong_actor_ptr strong(const Handle& handle) {
  return caf::actor_cast<caf::strong_actor_ptr>(handle);
}

using Start = std::function<caf::strong_actor_ptr(caf::actor_system&)>;

/// How the actor at each place is started.
std::map<Place, Start> places(ActorContext& context, const TreePlan& plan) {
  std::map<Place, Start> all;
  all[ledger_role.place] = [&context, p = plan.ledger, store = plan.store, own = plan.threads](auto& s) {
    return strong(spawn_ledger(s, context, p, store, own));
  };
  all[submitter_role.place] = [&context, p = plan.submitter, chain = plan.chain, signer = plan.signer](auto& s) {
    return strong(spawn_submitter(s, context, p, chain, signer));
  };
  std::multimap<TopicId, FeedId> feeds;
  for (const auto& topic : plan.topics) {
    feeds.emplace(topic.timer.topic, topic.timer.feed);
    for (const auto& other : topic.timer.others) feeds.emplace(topic.timer.topic, other);
  }
  all[watcher_role.place] = [&context, p = plan.watcher, feeds, chain = plan.chain](auto& s) {
    return strong(spawn_watcher(s, context, p, feeds, chain));
  };
  for (const auto& feed : plan.feeds) {
    const auto& id = feed.fetcher.feed;
    all[feature_of(id).place] = [&context, p = FeaturePolicy{id, feed.features}](auto& s) {
      return strong(spawn_feature(s, context, p));
    };
    all[fetcher_of(id).place] = [&context, p = feed.fetcher, market = feed.market](auto& s) {
      return strong(spawn_fetcher(s, context, p, market));
    };
  }
  for (const auto& topic : plan.topics) {
    const auto id = topic.timer.topic;
    if (topic.foreign)
      all[predictor_of(id).place] = [&context, p = *topic.foreign, model = topic.model](auto& s) {
        return strong(spawn_foreign_predictor(s, context, p, model));
      };
    else
      all[predictor_of(id).place] = [&context, p = topic.predictor](auto& s) { return strong(spawn_predictor(s, context, p)); };
    all[timer_of(id).place] = [&context, p = topic.timer, paused = plan.paused](auto& s) {
      const auto timer = spawn_timer(s, context, p);
      if (paused && paused(p.topic)) caf::anon_send(timer, TopicPaused{p.topic, true});
      return strong(timer);
    };
  }
  return all;
}

} // namespace

SupervisorSpec make_tree(ActorContext& context, std::shared_ptr<const TreePlan> plan) {
  const auto starts = places(context, *plan);
  std::vector<FeedId> feeds;
  for (const auto& feed : plan->feeds) feeds.push_back(feed.fetcher.feed);
  std::vector<TopicId> topics;
  for (const auto& topic : plan->topics) topics.push_back(topic.timer.topic);
  const auto plans = supervision(feeds, topics);
  const auto spec_of = [&](const SupervisorPlan& p) {
    return SupervisorSpec{.place = p.place,
                          .policy = p.policy,
                          .notify = p.notify,
                          .seed = plan->seed,
                          .liveness_interval_ms = plan->liveness_interval_ms};
  };
  const auto fill = [&](SupervisorSpec& spec, const SupervisorPlan& p, const std::map<Place, ChildSpec>& below) {
    for (const auto& c : p.children)
      spec.children.push_back(
        c.supervisor
          ? below.at(c.place)
          : ChildSpec{.place = c.place, .kind = c.kind, .start = starts.at(c.place), .stop_deadline_ms = c.stop_deadline_ms});
  };
  std::map<Place, ChildSpec> branches;
  for (std::size_t i = 1; i < plans.size(); ++i) {
    auto spec = spec_of(plans[i]);
    fill(spec, plans[i], {});
    branches[plans[i].place] = nested(context, std::move(spec), root_role.place);
  }
  auto root = spec_of(plans.front());
  root.own_thread = plan->threads;
  fill(root, plans.front(), branches);
  return root;
}

caf::strong_actor_ptr start_alone(caf::actor_system& system, ActorContext& context, const TreePlan& plan, const Place& place) {
  const auto all = places(context, plan);
  const auto it = all.find(place);
  return it == all.end() ? nullptr : it->second(system);
}

} // namespace inferd
