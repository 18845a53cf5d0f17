#pragma once

#include "runtime/daemon/actor_tree.hpp"
#include "runtime/tape/replay.hpp"

#include <memory>

namespace inferd {

class ModelStore;

/// Replays `tape` with the actors of `plan`. Their ports are replaced: chain, market and models by stubs that never answer,
/// since their answers are messages on the tape; the books by a ReplayStore.
/// `versions`: where a live model is found that the configuration does not name.
ReplayReport replay_tree(const Tape& tape, TreePlan plan, const ModelStore* versions = nullptr);

} // namespace inferd
