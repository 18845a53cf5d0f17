#pragma once

#include "actors/interfaces.hpp"
#include "actors/base/actor_base.hpp"
#include "runtime/admin/tree_port.hpp"

#include <memory>

namespace inferd {

/// Sends Inspect to the actors, to all of them at once. `system` and `context` outlive it.
std::shared_ptr<TreePort> tree_of(caf::actor_system& system, ActorContext& context);

} // namespace inferd
