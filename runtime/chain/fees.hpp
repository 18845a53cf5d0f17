#pragma once
// What a place in the block is worth: the multiples of the market's price that operators choose between by name. The
// arithmetic with caps is in actors/fees.hpp, whose FeePolicy::tier_percent this fills.

#include <boost/describe/enum.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

namespace inferd::chain {

enum class FeeTier { eco, standard, priority };
BOOST_DESCRIBE_ENUM(FeeTier, eco, standard, priority)

/// Percent of the fee market's price.
constexpr std::uint32_t tier_percent(FeeTier tier) {
  switch (tier) {
  case FeeTier::eco: return 100;
  case FeeTier::standard: return 150;
  case FeeTier::priority: return 250;
  }
  return 150;
}

constexpr std::optional<FeeTier> tier_named(std::string_view name) {
  if (name == "eco") return FeeTier::eco;
  if (name == "standard") return FeeTier::standard;
  if (name == "priority") return FeeTier::priority;
  return std::nullopt;
}

} // namespace inferd::chain
