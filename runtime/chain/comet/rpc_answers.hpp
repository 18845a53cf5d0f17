#pragma once
// Decodes CometBFT's JSON-RPC responses; values of abci_query stay protobuf (queries.hpp). `response` is the response object,
// untrusted. Nothing throws.

#include "messages/chain.hpp"
#include "runtime/chain/comet/classify.hpp"

#include <boost/json/value.hpp>
#include <string>
#include <variant>
#include <vector>

namespace inferd::chain {

/// A refusal, or a response that does not match the method (NoAnswer).
struct Refused {
  Verdict verdict{};
  std::string reason;
  Refusal refusal; ///< empty for JSON-RPC errors
};
template <class T> using Answered = std::variant<T, Refused>;

/// A successful abci_query.
struct QueryAnswer {
  std::string value; ///< protobuf
  Height height;     ///< of the state queried; 0 for Simulate
};
Answered<QueryAnswer> decode_query(const boost::json::value& response);
Answered<QueryAnswer> decode_simulate(const boost::json::value& response); ///< classified by the log

/// broadcast_tx_sync. CheckTx's refusals are answers, too. Known bytes give AlreadyInMempool, a full mempool Busy. The caller
/// sets topic, nonce, endpoint and time, and the hash where the node gave none.
Answered<BroadcastAnswered> decode_broadcast(const boost::json::value& response);

/// tx {hash}. "Not found" is an answer. The caller sets `head` and the hash.
Answered<TxLookedUp> decode_tx(const boost::json::value& response);

/// block {height}: the hashes of its transactions, upper-case hex, in order.
Answered<std::vector<TxHash>> decode_block_hashes(const boost::json::value& response);
/// block_results {height}: the result of its transaction `index`. The caller sets the hash.
Answered<TxLookedUp> decode_block_result(const boost::json::value& response, std::size_t index);

struct NodeStatus {
  std::string chain_id;
  Height height;
  bool catching_up{};
  Instant block_time;  ///< of the block at `height`; 0: not given
  std::string genesis; ///< hash of block 1, upper-case hex; empty: the node has pruned it
  bool tx_index{};     ///< transactions can be looked up by hash
};
Answered<NodeStatus> decode_status(const boost::json::value& response);
/// Why a client of `chain_id` must not use the node; empty: it may.
std::string unfit(const NodeStatus&, const std::string& chain_id);

} // namespace inferd::chain
