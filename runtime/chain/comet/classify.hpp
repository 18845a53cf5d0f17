#pragma once
// Maps refusals to verdicts. The test has a row for every recorded response.

#include "messages/units.hpp"
#include "messages/verdict.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace inferd::chain {

/// A response with a code: of CheckTx, a block or a query.
struct Refusal {
  std::string codespace;
  std::uint32_t code{}; ///< 0: accepted
  std::string log;
  bool in_block{}; ///< sdk 4 is a wrong chain id in CheckTx, a wrong bundle signature in a block
};

/// A JSON-RPC error: the request produced no ABCI code.
struct RpcError {
  std::int64_t code{};
  std::string message, data;
};

/// CheckTx's or a block's result of a transaction.
Verdict classify(const Refusal&);

/// A query's result. SDK codes from gRPC's (baseapp's gRPCErrorToSDKError): 6 is both a missing topic and an unknown path.
Verdict classify_query(const Refusal&);

/// Simulate's result. The node wraps every refusal in code 6, so the log decides.
Verdict classify_simulation(const Refusal&);

Verdict classify(const RpcError&);

/// "account sequence mismatch, expected 17, got 22: …" → 17.
std::optional<Sequence> expected_sequence(std::string_view log);

/// "… required: 250000uallo, …" → 250000. Nothing for another denomination.
std::optional<Uallo> required_fee(std::string_view log);

} // namespace inferd::chain
