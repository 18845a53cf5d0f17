#pragma once

#include "messages/units.hpp"
#include "runtime/chain/encoding/result.hpp"

#include <string_view>

namespace inferd::chain {

/// A number in the chain's own spelling, which is what a signature must cover: a value signed as "1.2345e-07" is refused on
/// chain as a bad signature, after the fee is paid.
///
/// Digits are kept as given, trailing zeros too; leading zeros and a plus go. Plain form when exponent <= 0 and adjusted
/// exponent >= -6 (a zero with decimals: always), otherwise d.dddE±k. This is the `G` form of the chain's decimal library.
/// Refused: what is no decimal, NaN, infinities, |v| outside {0} ∪ [1e-40, 1e40], texts longer than 256 characters.
Result<Decimal> canonical_decimal(std::string_view text);

} // namespace inferd::chain
