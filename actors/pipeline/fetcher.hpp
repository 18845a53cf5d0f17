#pragma once

#include "actors/pipeline/fetcher_core.hpp"
#include "actors/interfaces.hpp"
#include "actors/base/actor_base.hpp"
#include "runtime/ports/market_port.hpp"

#include <memory>

namespace inferd {

/// Starts the fetcher of `policy.feed`. `market` is shared and outlives it.
Fetcher spawn_fetcher(caf::actor_system&, ActorContext&, FetcherPolicy, std::shared_ptr<MarketPort> market);

} // namespace inferd
