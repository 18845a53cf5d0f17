#pragma once

#include "actors/interfaces.hpp"
#include "actors/base/actor_base.hpp"
#include "actors/pipeline/timer_core.hpp"

namespace inferd {

/// Spawns the timer of `policy.topic`.
Timer spawn_timer(caf::actor_system&, ActorContext&, TimerPolicy);

} // namespace inferd
