#pragma once

#include "actors/interfaces.hpp"
#include "actors/pipeline/feature_core.hpp"
#include "actors/base/actor_base.hpp"

namespace inferd {

/// Starts the feature actor of `policy.feed`.
Feature spawn_feature(caf::actor_system&, ActorContext&, FeaturePolicy);

} // namespace inferd
