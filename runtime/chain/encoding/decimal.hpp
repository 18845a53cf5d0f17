#pragma once

#include "messages/units.hpp"
#include "runtime/chain/encoding/result.hpp"

#include <string_view>

namespace inferd::chain {

/// Rewrites a number in the chain's format. The chain re-encodes the bundle before it verifies the signature: a value signed as
/// "1.2345e-07" fails as a bad signature, after the fee is paid.
///
/// Keeps the digits, trailing zeros included; drops leading zeros and "+". Plain form if exponent <= 0 and adjusted exponent >=
/// -6 (a zero with decimals: always), otherwise d.dddE±k: the `G` format of cockroachdb/apd.
/// Errors: not a decimal, NaN, infinity, |v| outside {0} ∪ [1e-40, 1e40], 0 with |exponent| > 2000, over 256 characters.
Result<Decimal> canonical_decimal(std::string_view text);

} // namespace inferd::chain
