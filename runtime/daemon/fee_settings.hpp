#pragma once

#include "actors/submitter/fees.hpp"
#include "runtime/config/config.hpp"

#include <string>

namespace inferd {

inline FeePolicy fee_policy(const ChainSettings& chain) {
  FeePolicy policy;
  policy.tier_percent = percent(chain.fee_tier);
  policy.fee_cap = chain.fee_cap;
  policy.gas_cap = chain.gas_cap;
  return policy;
}

/// What `run` does, and pays, in a topic in which the wallet is not registered.
inline std::string registering_text(const ChainSettings& chain) {
  if (!chain.may_register) return "never by itself: chain.register is false";
  const auto least = registration_cost(fee_policy(chain), GasPrice{1'000'000'000});
  return "by itself in a topic that does not know the wallet, once, for " +
         (least ? std::to_string(least->value) + " uallo at a gas price of 1, " : std::string()) + "at most " +
         std::to_string(chain.fee_cap.value + registration_fee.value) + " uallo; chain.register = false forbids it";
}

} // namespace inferd
