#pragma once
// Amounts of money as operators read and write them: 1 ALLO is 10^18 uallo.

#include "messages/units.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace inferd {

inline constexpr Uint128 uallo_per_allo = 1'000'000'000'000'000'000;

/// Exact, without trailing zeros: "0.00039", "12", "0.000000000000000001".
std::string allo_text(Uallo);

/// "0.00039 ALLO"; below a millionth of an ALLO, where zeros would have to be counted, "390000 uallo". Exact.
std::string money_text(Uallo);

/// The same, rounded to four digits.
std::string about_text(Uallo);

/// A decimal of up to 18 places, exact; "ALLO" may follow it. The string says what is wrong, as the end of a sentence about the
/// text.
std::variant<Uallo, std::string> parse_allo(std::string_view);

} // namespace inferd
