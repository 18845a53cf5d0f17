#pragma once
// Nodes whose answers contradict the chain.

#include "runtime/sim/rpc/node_faults.hpp"

#include <functional>

namespace inferd::test {

struct FaultyNode {
  const char* name;
  std::function<void(sim::Faults&)> set;
};
inline const FaultyNode faulty_nodes[] = {
  {"a stale mempool", [](sim::Faults& f) { f.stale_mempool = true; }},
  {"takes payloads and loses them", [](sim::Faults& f) { f.drop_broadcast = true; }},
  {"says it has them already", [](sim::Faults& f) { f.drop_broadcast_cached = true; }},
  {"a million blocks ahead", [](sim::Faults& f) { f.ahead_blocks = 1'000'000; }},
  {"empty answers", [](sim::Faults& f) { f.empty_values = true; }},
  {"the wrong inclusion", [](sim::Faults& f) { f.wrong_inclusion = f.drop_tx_events = true; }},
  {"no transaction index", [](sim::Faults& f) { f.no_tx_index = true; }},
  {"no transaction index and no Tx events", [](sim::Faults& f) { f.no_tx_index = f.drop_tx_events = true; }},
};

/// Nodes that keep back what became of a payload: what they do tell is true.
inline const FaultyNode incomplete_nodes[] = {
  {"no results of blocks", [](sim::Faults& f) { f.no_block_results = f.drop_tx_events = true; }},
  {"neither index, results nor Tx events",
   [](sim::Faults& f) { f.no_tx_index = f.no_block_results = f.drop_tx_events = true; }},
  {"silent on tx", [](sim::Faults& f) { f.silent_method = "tx", f.drop_tx_events = true; }},
  {"silent on tx and no results", [](sim::Faults& f) { f.silent_method = "tx", f.no_block_results = f.drop_tx_events = true; }},
  {"silent on block and no index", [](sim::Faults& f) { f.silent_method = "block", f.no_tx_index = f.drop_tx_events = true; }},
  {"silent on block_results and no index",
   [](sim::Faults& f) { f.silent_method = "block_results", f.no_tx_index = f.drop_tx_events = true; }},
};

} // namespace inferd::test
