#pragma once
// CometBFT's JSON-RPC requests.

#include "runtime/chain/comet/queries.hpp"
#include "runtime/ports/rpc_port.hpp"

#include <vector>

namespace inferd::chain {

struct Call {
  std::string method;
  boost::json::object params;
};

Call query_call(const Query&, Height = {}); ///< 0: at the latest height
Call broadcast_call(const TxBytes&);
Call tx_call(const TxHash&); ///< the hash must be hex
Call status_call();
Call block_call(Height);
Call block_results_call(Height);
Call subscribe_call(std::string_view query);

/// Sends all calls at once; `then` gets the responses in the order of the calls after the last one arrived.
void call_all(RpcPort&, std::vector<Call>, std::int64_t deadline_ms, std::function<void(std::vector<RpcPort::Answer>)> then);
/// The same to the best other endpoint. Without one, every answer is NoAnswer with an empty reason.
void call_all_other(RpcPort&, std::vector<Call>, std::int64_t deadline_ms,
                    std::function<void(std::vector<RpcPort::Answer>)> then);

} // namespace inferd::chain
