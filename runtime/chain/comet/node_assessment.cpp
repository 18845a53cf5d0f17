#include "runtime/chain/comet/node_assessment.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

namespace inferd::chain {
namespace {

constexpr std::int64_t reset_after_ms = 600'000; ///< how long a silent endpoint may still serve the known chain

bool agree(Height a, Height b) { return std::abs(a.value - b.value) <= agreeing_blocks; }

std::string impossible(const NodeView& node, const KnownHead& known, Instant now) {
  if (node.height < known.height) return fmt::format("its head went back from {} to {}", known.height.value, node.height.value);
  return fmt::format("its head {} is further than time allows: it was {} {} s ago", node.height.value, known.height.value,
                     (now.value - known.at.value) / 1'000);
}

/// Why the known chain may still be served; empty: no endpoint serves it any more.
std::string may_be_served(const std::vector<NodeView>& others, std::size_t silent, const KnownChain& known, Instant now) {
  if (const auto old = std::ranges::find(others, known.genesis, &NodeView::genesis); old != others.end())
    return fmt::format("{} serves the chain of the books, which began with {:.16}…", old->endpoint, known.genesis);
  if (silent > 0 && now.value - known.seen.value < reset_after_ms)
    return fmt::format("the chain of the books, which began with {:.16}…, was seen {} s ago, and not every endpoint answers",
                       known.genesis, (now.value - known.seen.value) / 1'000);
  return {};
}

} // namespace

NodeAssessment assess(const NodeView& node, const std::vector<NodeView>& others, std::size_t silent, const KnownChain& known,
                      Instant now) {
  NodeAssessment out;
  if (node.height.value == 0 && known.head.height.value > 0) {
    out.refusal = "it has no block yet";
    return out;
  }
  if (!known.genesis.empty() && !node.genesis.empty() && node.genesis != known.genesis) {
    if (const auto why = may_be_served(others, silent, known, now); !why.empty())
      out.refusal = fmt::format("its first block is {:.16}…, but {}", node.genesis, why);
    out.chain_reset = out.refusal.empty();
    return out;
  }
  int agreeing = 1, disagreeing = 0;
  const NodeView* better = nullptr; // with a possible head, on another chain
  bool above_all = true;
  for (const auto& other : others) {
    const bool behind = other.block_time.value > 0 && node.block_time.value - other.block_time.value > recent_ms;
    if (agree(other.height, node.height)) ++agreeing;
    else if (!behind) {
      ++disagreeing;
      above_all = above_all && other.height < node.height;
      if (possible_head(other.height, known.head, now)) better = &other;
    }
  }
  const bool is_possible = possible_head(node.height, known.head, now);
  const bool outvoted = disagreeing > agreeing, majority = agreeing > 1 && agreeing > disagreeing;
  const bool tie = better && disagreeing == agreeing;
  const bool recent = now.value - node.block_time.value <= recent_ms;
  // The known chain was so old that its nodes had pruned block 1. This one has it, below the known head and in the present.
  out.chain_reset =
    !is_possible && !better && known.genesis.empty() && !node.genesis.empty() && recent && node.height < known.head.height;
  if (out.chain_reset) return out;
  if (!is_possible && !majority && better)
    out.refusal = fmt::format("{}; {} is at {}", impossible(node, known.head, now), better->endpoint, better->height.value);
  else if (is_possible && better && (outvoted || (tie && above_all)))
    out.refusal = fmt::format("its head is {}, but that of {} is {}, and both are recent", node.height.value, better->endpoint,
                              better->height.value);
  else if (!is_possible && node.height < known.head.height) out.went_back = recent;
  else if (!is_possible && !majority) out.contradiction = impossible(node, known.head, now);
  return out;
}

} // namespace inferd::chain
