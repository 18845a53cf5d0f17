#pragma once

#include "actors/base/actor_base.hpp"
#include "actors/interfaces.hpp"
#include "actors/pipeline/models_core.hpp"
#include "runtime/ports/model_port.hpp"

#include <memory>
#include <vector>

namespace inferd {

/// Spawns the predictor of a topic. `ports`: of the models that run outside of the process, in the order of
/// ModelsPolicy::models; null for built-in ones.
Predictor spawn_predictor(caf::actor_system&, ActorContext&, ModelsPolicy, std::vector<std::shared_ptr<ModelPort>> ports);

} // namespace inferd
