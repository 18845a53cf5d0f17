#pragma once

#include "runtime/daemon/actor_tree.hpp"
#include "runtime/tape/replay.hpp"

#include <memory>

namespace inferd {

/// Replays `tape` with the actors of `plan`. Their ports are replaced: chain, market and models by stubs that never answer,
/// since their answers are messages on the tape; the books by a ReplayStore.
ReplayReport replay_tree(const Tape& tape, TreePlan plan);

} // namespace inferd
