#pragma once

#include "actors/base/actor_base.hpp"
#include "actors/interfaces.hpp"
#include "actors/pipeline/scorer_core.hpp"
#include "runtime/ports/market_port.hpp"

#include <map>
#include <memory>

namespace inferd {

/// Spawns the scorer. `markets`: of the topics' feeds.
Scorer spawn_scorer(caf::actor_system&, ActorContext&, ScorerPolicy, std::map<FeedId, std::shared_ptr<MarketPort>> markets);

} // namespace inferd
