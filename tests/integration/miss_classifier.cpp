#include "tests/integration/miss_classifier.hpp"

#include <algorithm>
#include <cstdlib>

namespace inferd::soak {
namespace {

/// Its calls are answered. A connection needs seven answers in a row: where 85 % come, a third of the attempts succeed, and of
/// the dozen attempts within `enough_blocks` at least one (99 %). Where fewer come, a missed window is a matter of chance.
bool usable(const sim::Faults& f) {
  if (f.refuse_connections || f.silent || f.stuck_at || f.catching_up || !f.chain_id.empty()) return false;
  const auto answered = (1 - f.lose_answer) * (1 - f.lose_call) * (1 - f.garbage_answer) * (1 - f.busy);
  return answered >= 0.85 && f.refuse_broadcast <= 0.8;
}

/// Of these, each leaves no source with the candles of a window.
constexpr std::array no_source = {"every source down", "sources that ask for a pause", "sources that are stale",
                                  "sources that jump", "sources that send garbage",    "sources too slow",
                                  "sources with a gap"};

} // namespace

const char* name(Cause cause) {
  switch (cause) {
    case Cause::process_down: return "process down";
    case Cause::no_node: return "no node";
    case Cause::disk: return "no disk";
    case Cause::memory: return "memory short";
    case Cause::clock: return "clock wrong";
    case Cause::no_market: return "no market";
    case Cause::price: return "fee above the cap";
    case Cause::clash: return "key used elsewhere";
    case Cause::closed_early: return "closed early";
    case Cause::too_short: return "too short a calm";
  }
  return "?";
}

MissClassifier::MissClassifier(test::TestNetwork& network, const test::FaultInjector& faults)
  : network_(network), faults_(faults), token_(network.chain.on_block([this](const sim::Block& block) {
      const auto here = blocks_[block.height] = present();
      if (!here && first_clear_.value == 0) first_clear_ = Height{block.height};
    })) {}

std::optional<Cause> MissClassifier::present() const {
  if (!process_up) return Cause::process_down;
  bool node = false;
  for (std::size_t i = 0; i < network_.settings.nodes.size(); ++i) node = node || usable(network_.rpc->faults(i));
  if (!node) return Cause::no_node;
  if (!network_.crashable->refuses.empty()) return Cause::disk;
  if (network_.short_of_memory > 0) return Cause::memory;
  const auto wrong_by = std::abs(network_.actors.clock->now().value - network_.actors.steady->now().value);
  // The first source tolerates an hour; the candles of the second then look old, or to be from the future.
  if (wrong_by > 3'600'000 || (wrong_by > 0 && faults_.has("the first source down"))) return Cause::clock;
  if (std::ranges::any_of(no_source, [&](const char* fault) { return faults_.has(fault); })) return Cause::no_market;
  if (faults_.has("a fee above the cap")) return Cause::price;
  if (faults_.has("sequences stolen") || faults_.has("windows answered by another process")) return Cause::clash;
  return std::nullopt;
}

std::optional<Cause> MissClassifier::cause(Height nonce, Height last, Height scheduled) const {
  std::array<std::int64_t, causes> blocks{};
  std::int64_t calm = 0;
  // Of a window that closes early only the blocks after its opening count: a node that is behind shows it late.
  const auto from = last < scheduled ? nonce.value + 1 : nonce.value - lead_blocks;
  for (auto it = blocks_.lower_bound(from); it != blocks_.end() && it->first <= last.value; ++it) {
    if (it->second) ++blocks[static_cast<std::size_t>(*it->second)];
    calm = it->second ? 0 : calm + 1;
    if (calm >= enough_blocks && it->first > nonce.value) return std::nullopt;
  }
  const auto longest = std::ranges::max_element(blocks);
  if (*longest > 0) return static_cast<Cause>(longest - blocks.begin());
  return last < scheduled ? Cause::closed_early : Cause::too_short;
}

void MissClassifier::forget_before(Height height) {
  blocks_.erase(blocks_.begin(), blocks_.lower_bound(height.value - lead_blocks));
}

} // namespace inferd::soak
