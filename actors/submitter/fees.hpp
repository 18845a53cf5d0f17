#pragma once
// What a transaction may cost. Pure arithmetic in integers; nothing overflows below the caps.

#include "messages/units.hpp"
#include "messages/verdict.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace inferd {

struct FeePolicy {
  std::uint32_t tier_percent = 150; ///< of the market's price: eco 100, standard 150, priority 250
  Uallo fee_cap{5'000'000};         ///< never pay more for one transaction
  Gas gas_cap{500'000};             ///< never ask for more
  Gas gas_guess{260'000};           ///< when a simulation gave no answer; accepted payloads used 145,000 to 171,000
  std::uint32_t gas_percent = 130;  ///< of the gas used before: state grows between simulation and block
};

/// The limit for something that used `used` before.
inline Gas gas_limit(const FeePolicy& policy, Gas used) {
  return Gas{std::min(policy.gas_cap.value, used.value * policy.gas_percent / 100)};
}

/// What the chain asks at least: ceil(gas × price). Prices are in 10^-9 uallo.
inline Uallo least_fee(Gas gas, GasPrice price) {
  const auto product = static_cast<unsigned __int128>(gas.value) * price.nano;
  const auto fee = (product + 999'999'999) / 1'000'000'000;
  return Uallo{fee > UINT64_MAX ? UINT64_MAX : static_cast<std::uint64_t>(fee)};
}

/// What to offer: the tier's multiple of the price, at most the cap. Nothing when even the least is above the cap.
inline std::optional<Uallo> offer(const FeePolicy& policy, Gas gas, GasPrice price) {
  const auto least = least_fee(gas, price);
  if (least > policy.fee_cap) return std::nullopt;
  const auto wanted = static_cast<unsigned __int128>(least.value) * policy.tier_percent / 100;
  return Uallo{wanted > policy.fee_cap.value ? policy.fee_cap.value : static_cast<std::uint64_t>(wanted)};
}

/// A block takes the fee before it looks at the message; what it refuses before that is free.
inline bool fee_taken(Verdict refusal) {
  return refusal != Verdict::TimeoutPassed && refusal != Verdict::WrongSequence && refusal != Verdict::FeeTooLow;
}

/// What the chain itself takes for a registration, besides the transaction's fee: the default of its parameter.
inline constexpr Uallo registration_fee{200};

/// What registering in one topic takes from the balance. Nothing: the fee is above the cap, and it is not done.
inline std::optional<Uallo> registration_cost(const FeePolicy& policy, GasPrice price) {
  const auto fee = offer(policy, policy.gas_guess, price);
  if (!fee) return std::nullopt;
  return Uallo{fee->value + registration_fee.value};
}

} // namespace inferd
