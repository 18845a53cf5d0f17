#pragma once

#include "actors/interfaces.hpp"
#include "actors/base/actor_base.hpp"

namespace inferd {

/// Starts the feature actor of `feed`.
Feature spawn_feature(caf::actor_system&, ActorContext&, const FeedId& feed);

} // namespace inferd
