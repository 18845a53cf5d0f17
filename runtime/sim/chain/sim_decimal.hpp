#pragma once
// The chain's decimal parser. Independent of runtime/chain: neither hides the other's errors.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inferd::sim {

struct ChainDecimal {
  bool negative{};
  std::string digits; ///< coefficient without leading zeros; "0" for zero
  long exponent{};    ///< value = ±digits · 10^exponent

  std::string canonical() const; ///< the signed format: plain or d.dddE±k
  std::string plain() const;     ///< without an exponent; fills in at most 10,000 digits
};

struct ReadDecimal {
  std::optional<ChainDecimal> value;
  std::string error; ///< the chain's text; empty if there is a value
};
/// Errors: not a decimal, not finite, outside {0} ∪ ±[1e-40, 1e40], more than 255 characters.
ReadDecimal read_decimal(std::string_view text);

/// The sum to 18 decimals (truncated), in plain form without trailing zeros, and whether it is within `tolerance` of one.
struct Unity {
  std::string sum;
  bool holds{};
};
Unity check_unity(const std::vector<ChainDecimal>& values, const ChainDecimal& tolerance);

} // namespace inferd::sim
