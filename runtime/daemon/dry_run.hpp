#pragma once

#include "runtime/daemon/actor_tree.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

/// What a topic would be answered with.
struct DryRun {
  std::string skipped; ///< why its window would be skipped; empty: it would be answered
  std::string source, model;
  Instant candle;                    ///< opening of the newest one
  std::vector<LabelledValue> values; ///< as the chain formats them
  std::vector<std::string> remarks;  ///< what went wrong on the way
};

/// Predicts for the topic as its actors would, with fresh candles and cores of its own, and signs the payload for a chain that
/// does not exist, so that nothing can be sent. Books and actors are not touched. Blocks for at most `deadline`. A model from
/// outside is asked, but the memory of its sanity rules is that of a new daemon.
/// `live`: the model that is asked; one that is not among the plan's has to be in LiveModel::offered.
DryRun dry_run(const TreePlan&, TopicId, const std::optional<TopicArrived>& rules, LiveModel live, Height nonce, Instant now,
               std::chrono::milliseconds deadline);

} // namespace inferd
