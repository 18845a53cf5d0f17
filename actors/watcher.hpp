#pragma once

#include "actors/interfaces.hpp"
#include "actors/taped.hpp"
#include "actors/watcher_core.hpp"
#include "runtime/ports/chain.hpp"

#include <memory>

namespace inferd {

/// Starts the watcher: it becomes the chain's listener. `chain` is shared and outlives it.
Watcher spawn_watcher(caf::actor_system&, Surroundings&, WatcherPolicy, std::shared_ptr<ChainPort> chain);

} // namespace inferd
