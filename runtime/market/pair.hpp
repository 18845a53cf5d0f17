#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace inferd::market {

/// A symbol's parts in lower case: btcusd is {btc, usd}.
struct Pair {
  std::string base, quote;
  bool operator==(const Pair&) const = default;
};

/// Splits "btcusd", "BTC-USD" or "btc/usd". Without a separator the quote must be one of usdt, usdc, usd, eur, gbp, jpy, btc,
/// eth; the longest match wins. Empty when ambiguous or when it holds other characters.
std::optional<Pair> split_symbol(std::string_view symbol);

std::string upper(std::string_view lower);

} // namespace inferd::market
