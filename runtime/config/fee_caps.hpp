#pragma once

#include "messages/units.hpp"

#include <string_view>

namespace inferd {

struct FeeCaps {
  Uallo transaction, day;
};

/// Defaults by chain. Several times what a payload costs at the chain's usual gas price with the highest tier, and what some
/// thousand payloads cost: mainnet's usual price is 10^9 uallo, the testnet's 10, that of a chain of one's own 1.
constexpr FeeCaps usual_fee_caps(std::string_view chain_id) {
  if (chain_id.starts_with("allora-mainnet-")) return {{2'000'000'000'000'000}, {1'000'000'000'000'000'000}};
  return {{50'000'000}, {100'000'000'000}};
}

} // namespace inferd
