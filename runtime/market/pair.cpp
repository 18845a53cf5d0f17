#include "runtime/market/pair.hpp"

#include <algorithm>
#include <array>

namespace inferd::market {
namespace {

constexpr std::array<std::string_view, 8> quotes{"usdt", "usdc", "usd", "eur", "gbp", "jpy", "btc", "eth"};

bool plain(std::string_view s) {
  return !s.empty() && s.size() <= 12 &&
         std::all_of(s.begin(), s.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

} // namespace

std::optional<Pair> split_symbol(std::string_view symbol) {
  std::string s{symbol};
  for (auto& c : s)
    if (c >= 'A' && c <= 'Z') c += 'a' - 'A';
  Pair pair;
  if (const auto separator = s.find_first_of("-/"); separator != s.npos) {
    pair = {s.substr(0, separator), s.substr(separator + 1)};
  } else {
    const auto quote = std::find_if(quotes.begin(), quotes.end(), [&](auto q) { return s.ends_with(q); });
    if (quote == quotes.end()) return {};
    pair = {s.substr(0, s.size() - quote->size()), std::string(*quote)};
  }
  if (!plain(pair.base) || !plain(pair.quote)) return {};
  return pair;
}

std::string upper(std::string_view lower) {
  std::string out{lower};
  for (auto& c : out)
    if (c >= 'a' && c <= 'z') c -= 'a' - 'A';
  return out;
}

} // namespace inferd::market
