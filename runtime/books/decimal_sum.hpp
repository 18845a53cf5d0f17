#pragma once

#include "messages/units.hpp"

#include <vector>

namespace inferd {

/// The exact sum of decimals in the chain's spelling (plain, or d.ddE±k), in plain form without trailing zeros. What is no
/// decimal counts as 0, as do exponents beyond ±100: it comes from outside.
Decimal sum(const std::vector<Decimal>&);

} // namespace inferd
