#pragma once

#include "actors/interfaces.hpp"
#include "actors/taped.hpp"

namespace inferd {

/// Starts the feature actor of `topic`.
Feature spawn_feature(caf::actor_system&, Surroundings&, TopicId topic);

} // namespace inferd
