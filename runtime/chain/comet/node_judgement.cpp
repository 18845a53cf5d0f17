#include "runtime/chain/comet/node_judgement.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

namespace inferd::chain {
namespace {

constexpr std::int64_t agreeing_blocks = 1'000;
constexpr std::int64_t reorganised_blocks = 100; ///< further back no chain goes
constexpr std::int64_t fastest_block_ms = 250;
constexpr std::int64_t recent_ms = 60'000;

bool agree(Height a, Height b) { return std::abs(a.value - b.value) <= agreeing_blocks; }

std::string contradiction(const NodeView& node, const KnownChain& known, Instant now) {
  if (node.height < known.height) return fmt::format("its head went back from {} to {}", known.height.value, node.height.value);
  return fmt::format("its head {} is further than time allows: it was {} {} s ago", node.height.value, known.height.value,
                     (now.value - known.at.value) / 1'000);
}

} // namespace

bool possible_head(Height height, const KnownChain& known, Instant now) {
  if (known.height.value == 0) return true;
  const auto elapsed = std::max<std::int64_t>(0, now.value - known.at.value);
  return height.value + reorganised_blocks >= known.height.value &&
         height.value <= known.height.value + elapsed / fastest_block_ms + agreeing_blocks;
}

NodeJudgement judge(const NodeView& node, const std::vector<NodeView>& others, const KnownChain& known, Instant now) {
  NodeJudgement out;
  if (node.height.value == 0 && known.height.value > 0) {
    out.refusal = "it has no block yet";
    return out;
  }
  const bool other_genesis = !known.genesis.empty() && !node.genesis.empty() && node.genesis != known.genesis;
  if (other_genesis) {
    const auto old = std::ranges::find(others, known.genesis, &NodeView::genesis);
    if (old != others.end())
      out.refusal = fmt::format("its first block is {:.16}…, {} serves the chain of the books, which began with {:.16}…",
                                node.genesis, old->endpoint, known.genesis);
    out.began_anew = out.refusal.empty();
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
      if (possible_head(other.height, known, now)) better = &other;
    }
  }
  const bool is_possible = possible_head(node.height, known, now);
  const bool outvoted = disagreeing > agreeing, majority = agreeing > 1 && agreeing > disagreeing;
  const bool tie = better && disagreeing == agreeing;
  const bool recent = now.value - node.block_time.value <= recent_ms;
  // The known chain was so old that its nodes had pruned block 1. This one has it, below the known head and in the present.
  out.began_anew =
    !is_possible && !better && known.genesis.empty() && !node.genesis.empty() && recent && node.height < known.height;
  if (out.began_anew) return out;
  if (!is_possible && !majority && better)
    out.refusal = fmt::format("{}; {} is at {}", contradiction(node, known, now), better->endpoint, better->height.value);
  else if (is_possible && better && (outvoted || (tie && above_all)))
    out.refusal = fmt::format("its head is {}, but that of {} is {}, and both are recent", node.height.value, better->endpoint,
                              better->height.value);
  else if (!is_possible && node.height < known.height) out.went_back = recent;
  else if (!is_possible && !majority) out.doubt = contradiction(node, known, now);
  return out;
}

} // namespace inferd::chain
