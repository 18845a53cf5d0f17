#pragma once
// Strong types for quantities: one value each, no implicit conversions.

#include "messages/uint128.hpp"

#include <boost/describe.hpp>
#include <compare>
#include <cstdint>
#include <string>

namespace inferd {

/// A topic's id on the chain.
struct TopicId {
  std::uint64_t value{};
  auto operator<=>(const TopicId&) const = default;
};
BOOST_DESCRIBE_STRUCT(TopicId, (), (value))

/// A block height. A worker nonce is the height at which its window opened.
struct Height {
  std::int64_t value{};
  auto operator<=>(const Height&) const = default;
};
BOOST_DESCRIBE_STRUCT(Height, (), (value))

/// Milliseconds since the Unix epoch, UTC. From the clock port or the outside world, never read from the system clock here.
struct Instant {
  std::int64_t value{};
  auto operator<=>(const Instant&) const = default;
};
BOOST_DESCRIBE_STRUCT(Instant, (), (value))

/// An account's transaction counter; each transaction carries the next value.
struct Sequence {
  std::uint64_t value{};
  auto operator<=>(const Sequence&) const = default;
};
BOOST_DESCRIBE_STRUCT(Sequence, (), (value))

struct Gas {
  std::uint64_t value{};
  auto operator<=>(const Gas&) const = default;
};
BOOST_DESCRIBE_STRUCT(Gas, (), (value))

/// The chain's smallest currency unit, 10^-18 ALLO. Sums saturate at 2^128-1.
struct Uallo {
  Uint128 value{};
  auto operator<=>(const Uallo&) const = default;
  friend constexpr Uallo operator+(Uallo a, Uallo b) { return {saturating_add(a.value, b.value)}; }
  Uallo& operator+=(Uallo other) { return *this = *this + other; }
};
BOOST_DESCRIBE_STRUCT(Uallo, (), (value))

/// Price of one unit of gas in 10^-9 uallo, rounded up from the fee market's 10^-18. Saturates at 2^128-1.
struct GasPrice {
  Uint128 nano{};
  auto operator<=>(const GasPrice&) const = default;
};
BOOST_DESCRIBE_STRUCT(GasPrice, (), (nano))

/// A decimal in the chain's format, kept as text: scores, rewards, canonical values.
struct Decimal {
  std::string text;
  auto operator<=>(const Decimal&) const = default;
};
BOOST_DESCRIBE_STRUCT(Decimal, (), (text))

/// An account's bech32 address.
struct Wallet {
  std::string address;
  auto operator<=>(const Wallet&) const = default;
};
BOOST_DESCRIBE_STRUCT(Wallet, (), (address))

/// SHA-256 of a transaction's bytes, 64 upper-case hex digits; known before sending.
struct TxHash {
  std::string hex;
  auto operator<=>(const TxHash&) const = default;
};
BOOST_DESCRIBE_STRUCT(TxHash, (), (hex))

/// A signed transaction, encoded for `broadcast_tx_sync`.
struct TxBytes {
  std::string base64;
  auto operator<=>(const TxBytes&) const = default;
};
BOOST_DESCRIBE_STRUCT(TxBytes, (), (base64))

} // namespace inferd
