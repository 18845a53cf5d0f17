#pragma once

#include "messages/units.hpp"

#include <vector>

namespace inferd {

/// The sum of decimals as the chain writes them (plain, or d.ddE±k), in plain form without trailing zeros. Exact for digits
/// from 10^159 down to 10^-120; others are dropped. Input is untrusted: a malformed term, an exponent beyond ±100 or more than
/// 100 digits count as 0.
Decimal sum(const std::vector<Decimal>&);

} // namespace inferd
