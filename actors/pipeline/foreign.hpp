#pragma once

#include "actors/base/actor_base.hpp"
#include "actors/interfaces.hpp"
#include "actors/pipeline/foreign_core.hpp"
#include "runtime/ports/model_port.hpp"

#include <memory>

namespace inferd {

/// Spawns the predictor of `policy.topic`, whose model is behind `model`.
Predictor spawn_foreign_predictor(caf::actor_system&, ActorContext&, ForeignPolicy, std::shared_ptr<ModelPort> model);

} // namespace inferd
