#pragma once
// Builds the supervision tree of actors/supervisor/supervision_plan.hpp from policies and ports: for the daemon, the demo, the
// tests in virtual time and the replay.

#include "actors/pipeline/feature_core.hpp"
#include "actors/pipeline/fetcher_core.hpp"
#include "actors/pipeline/models_core.hpp"
#include "actors/ledger/ledger.hpp"
#include "actors/pipeline/scorer_core.hpp"
#include "actors/submitter/submitter_core.hpp"
#include "actors/supervisor/supervisor.hpp"
#include "actors/pipeline/timer_core.hpp"
#include "actors/watcher/watcher_core.hpp"
#include "actors/supervisor/supervision_plan.hpp"
#include "messages/limits.hpp"
#include "runtime/ports/chain_port.hpp"
#include "runtime/ports/market_port.hpp"
#include "runtime/ports/model_port.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

/// The market data that topics share.
struct FeedPlan {
  FetcherPolicy fetcher;
  std::shared_ptr<MarketPort> market;
  std::vector<DeclaredFeatures> features{}; ///< of the subscribers' models
};

/// One topic's own actors. Its feed is that of `timer`.
struct TopicPlan {
  TimerPolicy timer;
  PredictorPolicy predictor;              ///< unless `foreign`
  std::optional<ForeignPolicy> foreign{}; ///< the model runs outside of the process, behind `model`
  std::shared_ptr<ModelPort> model{};
  std::optional<ModelEntry> entry{}; ///< of the model above, without its policy; empty: by its name
  std::vector<ModelEntry> shadows{};
  std::vector<std::shared_ptr<ModelPort>> shadow_ports{}; ///< of `shadows`; null for built-in ones
  std::vector<std::string> features{};                    ///< this and the following as in ModelsPolicy
  std::optional<ModelId> configured{};
  bool keeps_state = false;
  TopicTarget target{};
  std::shared_ptr<LiveModel> live = std::make_shared<LiveModel>(); ///< kept over the predictor's restarts
};

/// What the actors are constructed from. The ports outlive the actor system.
struct TreePlan {
  WatcherPolicy watcher;
  SubmitterPolicy submitter;
  LedgerPolicy ledger;
  std::vector<FeedPlan> feeds;
  std::vector<TopicPlan> topics;
  std::optional<ScorerPolicy> scorer{}; ///< empty: predictions are neither booked nor scored
  std::shared_ptr<ChainPort> chain;
  std::shared_ptr<const SignerPort> signer;
  std::shared_ptr<StorePort> store;
  std::function<bool(TopicId)> paused{}; ///< by the operator, asked at each start of a topic's timer; empty: none is
  bool threads = true;  ///< the ledger and the root on threads of their own; false: all on the scheduler, for virtual time
  std::uint64_t seed{}; ///< of the backoffs' jitter
  std::int64_t liveness_interval_ms = limits::liveness_interval; ///< between two liveness checks by a supervisor
};

/// What the topic's predictor is made of: the live model of the configuration, then its shadows; and the ports of those that
/// run outside of the process, null for the others.
ModelsPolicy models_policy(const TopicPlan&);
std::vector<std::shared_ptr<ModelPort>> model_ports(const TopicPlan&);

/// The root's spec, with the others nested in it. The context outlives the tree.
SupervisorSpec make_tree(ActorContext&, std::shared_ptr<const TreePlan>);

/// Starts only the actor at `place`, for the replay. Null: none of the plan's actors runs there.
caf::strong_actor_ptr start_alone(caf::actor_system&, ActorContext&, const TreePlan&, const Place& place);

} // namespace inferd
