#pragma once

#include "actors/interfaces.hpp"
#include "actors/taped.hpp"
#include "actors/timer_core.hpp"

namespace inferd {

/// Starts the timer of `policy.topic`.
Timer spawn_timer(caf::actor_system&, Surroundings&, TimerPolicy);

} // namespace inferd
