#pragma once

#include "runtime/daemon/tree.hpp"
#include "runtime/tape/replay.hpp"

#include <memory>

namespace inferd {

/// Plays `tape` against the tree of `plan`, whose ports are replaced by ones that never answer: their answers are on the tape.
/// The ledger is replayed when its books were empty at the start of the tape, into books in memory; otherwise it is left out.
ReplayReport replay_tree(const Tape& tape, TreePlan plan);

} // namespace inferd
