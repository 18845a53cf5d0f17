#pragma once
// The supervision tree: who runs, from which ports. The daemon, the demo, the tests in virtual time and the replay all build
// it from here.

#include "actors/pipeline/fetcher_core.hpp"
#include "actors/ledger/ledger.hpp"
#include "actors/pipeline/predictor_core.hpp"
#include "actors/submitter/submitter_core.hpp"
#include "actors/supervisor/supervisor.hpp"
#include "actors/pipeline/timer_core.hpp"
#include "actors/watcher/watcher_core.hpp"
#include "actors/supervisor/supervision_plan.hpp"
#include "messages/limits.hpp"
#include "runtime/ports/chain_port.hpp"
#include "runtime/ports/market_port.hpp"

#include <memory>
#include <string>
#include <vector>

namespace inferd {

/// One topic's pipeline.
struct TopicPlan {
  TimerPolicy timer;
  FetcherPolicy fetcher;
  PredictorPolicy predictor;
  std::shared_ptr<MarketPort> market;
};

/// Everything the actors are made of. Shared parts outlive the actor system.
struct TreePlan {
  WatcherPolicy watcher;
  SubmitterPolicy submitter;
  LedgerPolicy ledger;
  std::vector<TopicPlan> topics;
  std::shared_ptr<ChainPort> chain;
  std::shared_ptr<const SignerPort> signer;
  std::shared_ptr<StorePort> store;
  bool threads = true;  ///< the ledger and the root on threads of their own; false: all on the scheduler, for virtual time
  std::uint64_t seed{}; ///< of the backoffs' jitter
  std::int64_t liveness_interval_ms = limits::liveness_interval; ///< how often supervisors look at their children
};

/// As actors/supervisor/supervision_plan.hpp has it. An actor that is notified of a restart resends (the submitter, the
/// watcher) or starts its window again (a timer).
SupervisorSpec make_tree(ActorContext&, std::shared_ptr<const TreePlan>);

/// Starts the one actor that holds `place` ("fetcher/67"), alone: for the replay. Null: no such place.
caf::strong_actor_ptr start_alone(caf::actor_system&, ActorContext&, const TreePlan&, const std::string& place);

} // namespace inferd
