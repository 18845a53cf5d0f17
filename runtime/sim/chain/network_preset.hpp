#pragma once

#include "runtime/sim/chain/chain_settings.hpp"

#include <array>
#include <string_view>

namespace inferd::sim {

/// What distinguishes Allora's networks for a worker.
struct NetworkPreset {
  const char *name, *chain_id, *emissions;
  Atto gas_price;
  Amount funds; ///< of a funded account, thousands of payloads at this price
};

/// "local" is a chain of one's own. Of the networks: the usual gas price, mid-2026.
inline constexpr std::array<NetworkPreset, 3> network_presets{{
  {"local", "localnet", "v10", one_uallo_per_gas, Amount{1'000'000'000'000'000}},
  {"testnet", "allora-testnet-1", "v10", one_uallo_per_gas * 10, Amount{10'000'000'000'000'000}},
  {"mainnet", "allora-mainnet-1", "v9", one_uallo_per_gas * 1'000'000'000, Amount{1'000} * 1'000'000'000'000'000'000},
}};

/// nullptr: there is none of this name.
constexpr const NetworkPreset* network_preset(std::string_view name) {
  for (const auto& preset : network_presets)
    if (name == preset.name) return &preset;
  return nullptr;
}

} // namespace inferd::sim
