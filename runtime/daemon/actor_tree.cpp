#include "runtime/daemon/actor_tree.hpp"

#include "actors/pipeline/feature.hpp"
#include "actors/pipeline/fetcher.hpp"
#include "actors/pipeline/predictor.hpp"
#include "actors/pipeline/scorer.hpp"
#include "actors/submitter/submitter.hpp"
#include "actors/pipeline/timer.hpp"
#include "actors/watcher/watcher.hpp"

#include <algorithm>
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
    all[predictor_of(id).place] = [&context, p = models_policy(topic), ports = model_ports(topic)](auto& s) {
      return strong(spawn_predictor(s, context, p, ports));
    };
    all[timer_of(id).place] = [&context, p = topic.timer, paused = plan.paused](auto& s) {
      const auto timer = spawn_timer(s, context, p);
      if (paused && paused(p.topic)) caf::anon_send(timer, TopicPaused{p.topic, true});
      return strong(timer);
    };
  }
  if (plan.scorer) {
    std::map<FeedId, std::shared_ptr<MarketPort>> markets;
    for (const auto& feed : plan.feeds) markets[feed.fetcher.feed] = feed.market;
    all[scorer_role.place] = [&context, p = *plan.scorer, markets](auto& s) {
      return strong(spawn_scorer(s, context, p, markets));
    };
  }
  return all;
}

} // namespace

ModelsPolicy models_policy(const TopicPlan& topic) {
  ModelEntry live = topic.entry.value_or(ModelEntry{});
  if (topic.foreign) live.policy = *topic.foreign;
  else live.policy = topic.predictor;
  if (!topic.entry) {
    live.id = model_id(topic.foreign ? topic.foreign->name : topic.predictor.model->name());
    live.form = topic.foreign ? "foreign" : "built-in";
  }
  ModelsPolicy policy{.models = {std::move(live)},
                      .features = topic.features,
                      .target = topic.target,
                      .state = topic.live,
                      .keeps_state = topic.keeps_state,
                      .configured = topic.configured};
  policy.models.insert(policy.models.end(), topic.shadows.begin(), topic.shadows.end());
  return policy;
}

std::vector<std::shared_ptr<ModelPort>> model_ports(const TopicPlan& topic) {
  std::vector<std::shared_ptr<ModelPort>> ports{topic.model};
  ports.insert(ports.end(), topic.shadow_ports.begin(), topic.shadow_ports.end());
  ports.resize(limits::topic_models);
  return ports;
}

SupervisorSpec make_tree(ActorContext& context, std::shared_ptr<const TreePlan> plan) {
  const auto starts = places(context, *plan);
  std::vector<FeedId> feeds;
  for (const auto& feed : plan->feeds) feeds.push_back(feed.fetcher.feed);
  std::vector<TopicId> topics;
  for (const auto& topic : plan->topics) topics.push_back(topic.timer.topic);
  const auto plans = supervision(feeds, topics, plan->scorer.has_value());
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
    const auto& as_child = plans.front().children;
    const auto it = std::find_if(as_child.begin(), as_child.end(), [&](const auto& c) { return c.place == plans[i].place; });
    branches[plans[i].place] = nested(context, std::move(spec), root_role.place, it->kind);
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
