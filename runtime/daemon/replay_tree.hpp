#pragma once

#include "runtime/daemon/actor_tree.hpp"
#include "runtime/tape/replay.hpp"

#include <memory>

namespace inferd {

/// Plays `tape` against the tree of `plan`, whose ports are replaced: chain and market by ones that never answer, for their
/// answers are messages on the tape, the books by what the tape has from them.
ReplayReport replay_tree(const Tape& tape, TreePlan plan);

} // namespace inferd
