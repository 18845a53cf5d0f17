#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace inferd::sim {

/// Faults of a node and its connection. Probabilities from 0 to 1, drawn from SimRpc's seed and therefore repeatable. May be
/// changed at any time.
struct Faults {
  // Per call.
  double lose_answer = 0;      ///< executed, but the answer is lost
  double lose_call = 0;        ///< neither executed nor answered
  double garbage_answer = 0;   ///< a JSON object of the wrong form
  double busy = 0;             ///< alternately 429 and 503; not executed
  double refuse_broadcast = 0; ///< "mempool is full"

  // Per block.
  double drop_event = 0;    ///< for each frame
  double garbage_event = 0; ///< for each frame: replaced by another JSON object
  double repeat_event = 0;  ///< for each frame
  double disconnect = 0;    ///< the socket closes; pending calls fail

  std::int64_t max_delay_ms = 0; ///< maximum latency of answers and frames; their order is kept

  // While set.
  bool refuse_connections = false;
  bool silent = false;                  ///< half-open connection: nothing is executed, sent or closed
  std::int64_t behind_blocks = 0;       ///< sees and reports blocks this many blocks late
  std::optional<std::int64_t> stuck_at; ///< reports no block above this height
  bool catching_up = false;             ///< reported in its status
  std::string chain_id;                 ///< if not empty: the chain id that it reports
  bool no_tx_index = false;             ///< `tx` and `tx_search` are errors, as with `indexer = "null"`
  bool no_block_results = false;        ///< `block_results` is an error, as with `discard_abci_responses = true`
  std::string silent_method;            ///< never answered; the others are
  bool stale_mempool = false;           ///< CheckTx expects sequence 0 of every account, whatever the state says
  bool drop_broadcast = false;          ///< broadcasts are answered with code 0 and never executed
  bool drop_broadcast_cached = false;   ///< the same, answered "tx already exists in cache"
  bool wrong_inclusion = false;         ///< `tx` reports each transaction as failed with code 32, a block later
  bool drop_tx_events = false;          ///< its Tx events are lost
  bool empty_values = false;            ///< every abci_query answers code 0 and an empty value
  std::int64_t balanced_blocks = 0; ///< one address of several nodes: each answer is up to so many blocks behind, and half of
                                    ///< the broadcasts reach a mempool that lacks our earlier payloads
  std::int64_t ahead_blocks = 0;    ///< all heights that it reports are this much higher
};

} // namespace inferd::sim
