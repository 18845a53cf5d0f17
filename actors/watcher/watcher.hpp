#pragma once

#include "actors/interfaces.hpp"
#include "actors/base/actor_base.hpp"
#include "actors/watcher/watcher_core.hpp"
#include "runtime/ports/chain_port.hpp"

#include <map>
#include <memory>

namespace inferd {

/// Spawns the watcher, which becomes the chain port's listener. `chain` is shared and outlives it. `feeds`: those of each
/// topic, whose fetchers receive WindowClosed.
Watcher spawn_watcher(caf::actor_system&, ActorContext&, WatcherPolicy, std::multimap<TopicId, FeedId> feeds,
                      std::shared_ptr<ChainPort> chain);

} // namespace inferd
