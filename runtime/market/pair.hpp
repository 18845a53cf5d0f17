#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inferd::market {

/// A symbol taken apart, lower case: btcusd is {btc, usd}.
struct Pair {
  std::string base, quote;
  bool operator==(const Pair&) const = default;
};

/// Splits "btcusd", "BTC-USD" or "btc/usd". Without a separator the quote must be a known one (usdt, usdc, usd, eur, gbp,
/// jpy, btc, eth; the longest that fits). Nothing when it cannot be told, or holds anything but letters and digits.
std::optional<Pair> split_symbol(std::string_view symbol);

std::string upper(std::string_view lower);

} // namespace inferd::market
