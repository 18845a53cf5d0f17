#pragma once
// How the chain reads a decimal. Apart from the client's own code on purpose: a mistake in one is not hidden by the other.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inferd::sim {

struct ChainDecimal {
  bool negative{};
  std::string digits; ///< the coefficient, without leading zeros but "0"
  long exponent{};    ///< value = ±digits · 10^exponent

  std::string canonical() const; ///< the spelling that is signed: plain, or d.dddE±k
  std::string plain() const;     ///< never an exponent; at most 10,000 digits are filled in
};

struct ReadDecimal {
  std::optional<ChainDecimal> value;
  std::string error; ///< the chain's words, when there is no value
};
/// Refuses what is no decimal, is not finite or lies outside {0} ∪ ±[1e-40, 1e40].
ReadDecimal read_decimal(std::string_view text);

/// The exact sum, in plain form without trailing zeros, and whether it is within `tolerance` of one.
struct Unity {
  std::string sum;
  bool holds{};
};
Unity check_unity(const std::vector<ChainDecimal>& values, const ChainDecimal& tolerance);

} // namespace inferd::sim
