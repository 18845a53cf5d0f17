#pragma once

#include "messages/units.hpp"

#include <vector>

namespace inferd {

/// The sum of decimals as the chain writes them (plain, or d.ddE±k), in plain form. Digits outside of 10^159 to 10^-120 are
/// dropped. Malformed terms, exponents beyond ±100 and more than 100 digits count as 0.
Decimal sum(const std::vector<Decimal>&);

} // namespace inferd
