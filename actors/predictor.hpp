#pragma once

#include "actors/interfaces.hpp"
#include "actors/predictor_core.hpp"
#include "actors/taped.hpp"

namespace inferd {

/// Starts the predictor of `policy.topic`.
Predictor spawn_predictor(caf::actor_system&, Surroundings&, PredictorPolicy);

} // namespace inferd
