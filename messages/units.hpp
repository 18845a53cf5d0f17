#pragma once
// Quantities that must not be mixed up. Each is one value with a name; none converts to another.

#include <boost/describe.hpp>
#include <compare>
#include <cstdint>
#include <string>

namespace inferd {

/// A topic's number on the chain.
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

/// Milliseconds since the Unix epoch, UTC. Comes from the clock port or from outside, never from the system clock.
struct Instant {
  std::int64_t value{};
  auto operator<=>(const Instant&) const = default;
};
BOOST_DESCRIBE_STRUCT(Instant, (), (value))

/// An account's counter of transactions: each one carries the next number.
struct Sequence {
  std::uint64_t value{};
  auto operator<=>(const Sequence&) const = default;
};
BOOST_DESCRIBE_STRUCT(Sequence, (), (value))

/// Units of execution on the chain.
struct Gas {
  std::uint64_t value{};
  auto operator<=>(const Gas&) const = default;
};
BOOST_DESCRIBE_STRUCT(Gas, (), (value))

/// Money in the chain's smallest unit. Fees always fit; a balance above 2^64-1 is held as 2^64-1.
struct Uallo {
  std::uint64_t value{};
  auto operator<=>(const Uallo&) const = default;
};
BOOST_DESCRIBE_STRUCT(Uallo, (), (value))

/// Price of one unit of gas in 10^-9 uallo, rounded up from the fee market's 10^-18.
struct GasPrice {
  std::uint64_t nano{};
  auto operator<=>(const GasPrice&) const = default;
};
BOOST_DESCRIBE_STRUCT(GasPrice, (), (nano))

/// A decimal in the chain's own spelling, kept as text: scores, rewards, canonical values.
struct Decimal {
  std::string text;
  auto operator<=>(const Decimal&) const = default;
};
BOOST_DESCRIBE_STRUCT(Decimal, (), (text))

/// An account, by its bech32 address.
struct Wallet {
  std::string address;
  auto operator<=>(const Wallet&) const = default;
};
BOOST_DESCRIBE_STRUCT(Wallet, (), (address))

/// SHA-256 of a transaction's bytes, 64 upper-case hex digits, known before it is sent.
struct TxHash {
  std::string hex;
  auto operator<=>(const TxHash&) const = default;
};
BOOST_DESCRIBE_STRUCT(TxHash, (), (hex))

/// A signed transaction as `broadcast_tx_sync` takes it.
struct TxBytes {
  std::string base64;
  auto operator<=>(const TxBytes&) const = default;
};
BOOST_DESCRIBE_STRUCT(TxBytes, (), (base64))

} // namespace inferd
