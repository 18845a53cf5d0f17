#pragma once
// Whether a node is used: its first block and its head are compared with those of the other endpoints and of the known chain.
// Pure.

#include "runtime/ports/possible_head.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace inferd::chain {

/// What a node's `status` says.
struct NodeView {
  std::string endpoint;
  Height height;
  Instant block_time;  ///< of the block at `height`; 0: unknown
  std::string genesis; ///< hash of block 1; empty: unknown
};

/// The chain as the endpoints in use have shown it.
struct KnownChain {
  std::string genesis; ///< hash of block 1; empty: unknown
  KnownHead head;
  Instant seen; ///< when a node last served this chain
};

struct NodeAssessment {
  std::string refusal;       ///< why the node must not be used; empty: it may
  bool chain_reset = false;  ///< the chain has another first block than the known one, and no endpoint serves that one
  bool went_back = false;    ///< its head is recent and far below the known one
  std::string contradiction; ///< what contradicts the node, which is used because no other endpoint has a possible head
};

/// After a connection that nothing contradicts. A node that is behind does not lower the known head.
inline KnownChain updated(const KnownChain& known, const std::string& genesis, Height height, bool went_back, Instant now) {
  const auto& first = genesis.empty() ? known.genesis : genesis;
  if (height < known.head.height && !went_back) return {first, known.head, now};
  return {first, {height, now}, now};
}

/// `others`: the status of the other endpoints; `silent`: how many of them gave none. The rules:
/// - A node without a block is refused, once the chain is known: its first block is not known yet.
/// - Another first block than the known one is a reset of the chain, unless an endpoint still serves the known one, or one is
///   silent that may serve it and the known chain was seen within 10 minutes: then the node is refused.
/// - Heights within `agreeing_blocks` of each other agree. A node whose newest block is a minute older than this one's is
///   behind and does not count as disagreeing.
/// - A head that is not possible (possible_head.hpp) is used if more endpoints agree than disagree, and refused if another
///   endpoint has a possible head. Without another: one below whose newest block is recent went back, an older one is behind;
///   one above is contradicted.
/// - Of two possible heads with equally many endpoints the lower one is taken: a chain that goes on after a restart under the
///   same id is below the abandoned one.
NodeAssessment assess(const NodeView& node, const std::vector<NodeView>& others, std::size_t silent, const KnownChain& known,
                      Instant now);

} // namespace inferd::chain
