#pragma once

#include "actors/interfaces.hpp"
#include "actors/pipeline/predictor_core.hpp"
#include "actors/base/actor_base.hpp"

namespace inferd {

/// Spawns the predictor of `policy.topic`.
Predictor spawn_predictor(caf::actor_system&, ActorContext&, PredictorPolicy);

} // namespace inferd
