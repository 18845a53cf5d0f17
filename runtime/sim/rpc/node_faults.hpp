#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace inferd::sim {

/// What is wrong with a node and the way to it. Chances are between 0 and 1 and drawn from the world's seed, so that a run
/// can be repeated; all may change at any moment.
struct Faults {
  // Per call.
  double lose_answer = 0;      ///< carried out, but the answer never comes
  double lose_call = 0;        ///< neither
  double garbage_answer = 0;   ///< JSON, but not what was asked for
  double busy = 0;             ///< 429 or 503 by turns: the call is not carried out
  double refuse_broadcast = 0; ///< the mempool is full, as the node says it

  // Per block.
  double drop_event = 0;    ///< each frame
  double garbage_event = 0; ///< each frame comes as something else
  double repeat_event = 0;  ///< each frame
  double disconnect = 0;    ///< the socket ends; what is under way gets no answer

  std::int64_t max_delay_ms = 0; ///< answers and frames come up to so late; their order stays, as on one socket

  // As long as it is set.
  bool refuse_connections = false;
  bool silent = false;                  ///< half-open: nothing is carried out, nothing comes, nothing closes
  std::int64_t behind_blocks = 0;       ///< sees and tells blocks that much later
  std::optional<std::int64_t> stuck_at; ///< sees no block above this height
  bool catching_up = false;             ///< says so in its status
  std::string chain_id;                 ///< not empty: says that it is of another chain
};

} // namespace inferd::sim
