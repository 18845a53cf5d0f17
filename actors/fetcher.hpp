#pragma once

#include "actors/fetcher_core.hpp"
#include "actors/interfaces.hpp"
#include "actors/taped.hpp"
#include "runtime/ports/market.hpp"

#include <memory>

namespace inferd {

/// Starts the fetcher of `policy.topic`. `market` is shared and outlives it.
Fetcher spawn_fetcher(caf::actor_system&, Surroundings&, FetcherPolicy, std::shared_ptr<MarketPort> market);

} // namespace inferd
