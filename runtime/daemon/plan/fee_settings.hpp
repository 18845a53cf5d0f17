#pragma once

#include "actors/submitter/fees.hpp"
#include "base/allo.hpp"
#include "runtime/config/config.hpp"

#include <string>
#include <string_view>

namespace inferd {

inline FeePolicy fee_policy(const ChainSettings& chain) {
  FeePolicy policy;
  policy.tier_percent = percent(chain.fee_tier);
  policy.fee_cap = chain.fee_cap;
  policy.gas_cap = chain.gas_cap;
  return policy;
}

/// The usual price of gas, mid-2026. A chain of one's own: the fee market's minimum.
inline GasPrice usual_gas_price(std::string_view chain_id) {
  constexpr Uint128 nano = 1'000'000'000;
  if (chain_id.starts_with("allora-mainnet-")) return {1'000'000'000 * nano};
  return {chain_id.starts_with("allora-testnet-") ? 10 * nano : nano};
}

/// What `run` does, and pays, in a topic in which the wallet is not registered.
inline std::string registering_text(const ChainSettings& chain) {
  if (!chain.may_register) return "never by itself: chain.register is false";
  const auto least = registration_cost(fee_policy(chain), usual_gas_price(chain.id));
  return "by itself in a topic that does not know the wallet, once, for " +
         (least ? about_text(*least) + " at a gas price of " + to_digits(usual_gas_price(chain.id).nano / 1'000'000'000) +
                    " uallo, "
                : std::string()) +
         "at most " + money_text(chain.fee_cap + registration_fee) + "; chain.register = false forbids it";
}

} // namespace inferd
