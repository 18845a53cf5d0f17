#pragma once

#include "messages/units.hpp"

#include <cstdint>
#include <vector>

namespace inferd {

/// Sums decimals as the chain writes them (plain, or d.ddE±k). Digits outside of 10^159 to 10^-120 are dropped. Malformed
/// terms, exponents beyond ±100 and more than 100 digits count as 0.
class DecimalSum {
public:
  void add(const Decimal&);
  Decimal total() const; ///< in plain form

private:
  std::vector<std::int64_t> digits_; ///< not carried, the lowest first; empty: nothing was added
};

Decimal sum(const std::vector<Decimal>&);

} // namespace inferd
