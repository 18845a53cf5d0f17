#pragma once
// Gas limits and fees. Pure integer arithmetic; what is too large saturates, above every cap.

#include "messages/units.hpp"
#include "messages/verdict.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace inferd {

struct FeePolicy {
  std::uint32_t tier_percent = 150; ///< of the market's price: eco 100, standard 150, priority 250
  Uallo fee_cap{5'000'000};         ///< highest fee of one transaction
  Gas gas_cap{500'000};             ///< highest gas limit
  Gas gas_guess{260'000};           ///< without a simulation's answer; accepted payloads used 145,000 to 171,000
  std::uint32_t gas_percent = 130;  ///< margin on the gas used before: state grows between simulation and block
};

/// min(gas_cap, used * gas_percent / 100).
inline Gas gas_limit(const FeePolicy& policy, Gas used) {
  return Gas{
    static_cast<std::uint64_t>(std::min<Uint128>(policy.gas_cap.value, Uint128{used.value} * policy.gas_percent / 100))};
}

/// The chain's minimum, ceil(gas * price), in uallo; saturates at 2^128-1.
inline Uallo least_fee(Gas gas, GasPrice price) {
  constexpr Uint128 nano = 1'000'000'000;
  const auto part = (price.nano % nano * gas.value + nano - 1) / nano; // separately, to avoid overflow
  return Uallo{saturating_add(saturating_multiply(price.nano / nano, gas.value), part)};
}

/// min(fee_cap, least_fee * tier_percent / 100). nullopt: the minimum is above the cap.
inline std::optional<Uallo> offer(const FeePolicy& policy, Gas gas, GasPrice price) {
  const auto least = least_fee(gas, price);
  if (least > policy.fee_cap) return std::nullopt;
  return Uallo{std::min(policy.fee_cap.value, saturating_multiply(least.value, policy.tier_percent) / 100)};
}

/// Whether a transaction refused in a block was charged: refusals of the ante handler (Cosmos SDK) are free.
inline bool fee_taken(Verdict refusal) {
  return refusal != Verdict::TimeoutPassed && refusal != Verdict::WrongSequence && refusal != Verdict::FeeTooLow;
}

/// The chain's registration fee, besides the transaction's: the default of its parameter.
inline constexpr Uallo registration_fee{200};

/// Total cost of registering in one topic. nullopt: the transaction's fee is above the cap, so it is not done.
inline std::optional<Uallo> registration_cost(const FeePolicy& policy, GasPrice price) {
  const auto fee = offer(policy, policy.gas_guess, price);
  if (!fee) return std::nullopt;
  return *fee + registration_fee;
}

} // namespace inferd
