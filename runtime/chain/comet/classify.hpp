#pragma once
// What a refusal means: one table of verdicts for everything the chain can answer. Every recorded answer has a row in the test.

#include "messages/units.hpp"
#include "messages/verdict.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inferd::chain {

/// An answer with a code, of CheckTx, of a block or of a query.
struct Refusal {
  std::string codespace;
  std::uint32_t code{}; ///< 0: no refusal
  std::string log;
  bool
    in_block{}; ///< the same code can mean another thing there: sdk 4 is a wrong chain id in CheckTx, a wrong bundle in a block
};

/// A JSON-RPC error: the node did not get as far as a code.
struct RpcError {
  std::int64_t code{};
  std::string message, data;
};

/// CheckTx's or a block's answer to a transaction.
Verdict classify(const Refusal&);

/// A query's answer; its codes are gRPC's in the SDK's clothes, so a missing topic and an unknown path share one (6).
Verdict classify_query(const Refusal&);

/// Simulate's answer: the node wraps every refusal in code 6, so the reason is read from the log.
Verdict classify_simulation(const Refusal&);

Verdict classify(const RpcError&);

/// "account sequence mismatch, expected 17, got 22: …" → 17.
std::optional<Sequence> expected_sequence(std::string_view log);

/// "… required: 250000uallo, …" → 250000. Nothing for another denomination.
std::optional<Uallo> required_fee(std::string_view log);

} // namespace inferd::chain
