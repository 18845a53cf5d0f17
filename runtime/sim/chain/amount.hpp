#pragma once

#include "messages/uint128.hpp"

namespace inferd::sim {

/// An amount in uallo. Funded accounts hold 10^26, beyond 64 bits; the maximum is 3.4·10^38.
using Amount = Uint128;

inline std::string to_text(Amount amount) { return to_digits(amount); }
inline std::optional<Amount> parse_amount(std::string_view text) { return parse_digits(text); }

} // namespace inferd::sim
