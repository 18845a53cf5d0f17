#pragma once
// Whether a node is believed: its first block and its head against those of the other endpoints and of the last connection.
// Pure.

#include "messages/units.hpp"

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

/// The chain as the last connection showed it.
struct KnownChain {
  std::string genesis; ///< hash of block 1; empty: unknown
  Height height;       ///< 0: no connection yet
  Instant at;
};

struct NodeJudgement {
  std::string refusal;     ///< why the node must not be used; empty: it may
  bool began_anew = false; ///< the chain has another first block than the known one, and no endpoint serves that one
  bool went_back = false;  ///< its head is in the present and far below the known one
  std::string doubt;       ///< what contradicts the node, which is used because no other endpoint says better
};

/// After a connection that is not doubted. A node that is behind does not lower the known head.
inline KnownChain updated(const KnownChain& known, const std::string& genesis, Height height, bool went_back, Instant now) {
  const auto& first = genesis.empty() ? known.genesis : genesis;
  if (height < known.height && !went_back) return {first, known.height, known.at};
  return {first, height, now};
}

/// Whether the chain can have this head by now, given the known one.
bool possible_head(Height, const KnownChain&, Instant now);

/// The rules:
/// - A node without a block is refused, once the chain is known: its first block is not known yet.
/// - Another first block than the known one is refused while an endpoint still serves the known one; otherwise the chain began
///   anew.
/// - Heights within 1,000 blocks of each other agree. A node whose newest block is a minute older than this one's is behind and
///   does not testify against it.
/// - A head that is 100 blocks below the known one, or above it by more than the time since then allows at four blocks a second
///   and 1,000 blocks, is believed if more endpoints agree than disagree, and refused if another endpoint has a possible head.
///   Without another: one below whose newest block is of the last minute went back, an older one is behind; one above is
///   doubted.
/// - Of two possible heads with equally many endpoints the lower one is taken: a chain that goes on after a restart under the
///   same id is below the abandoned one.
NodeJudgement judge(const NodeView& node, const std::vector<NodeView>& others, const KnownChain& known, Instant now);

} // namespace inferd::chain
