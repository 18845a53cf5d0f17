#pragma once

#include "actors/base/actor_base.hpp"

#include <functional>
#include <memory>
#include <string>

namespace inferd {

class ModelStore;
struct AdminAnswer;
struct SwapRequest;

/// The admin port's access to the predictors: promotions and rollbacks, one at a time. An earlier version that does not run is
/// offered to the predictor first. `system` and `context` outlive it.
std::function<AdminAnswer(const SwapRequest&)> model_swaps(caf::actor_system& system, ActorContext& context,
                                                           std::string ledger_path, std::shared_ptr<const ModelStore> versions);

} // namespace inferd
