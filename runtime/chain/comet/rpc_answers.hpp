#pragma once
// JSON-RPC responses of a CometBFT node, up to where protobuf begins (queries.hpp) or messages are complete.
// `response` is the whole response object; hostile. No answer here throws.

#include "messages/chain.hpp"
#include "runtime/chain/comet/classify.hpp"

#include <boost/json/value.hpp>
#include <string>
#include <variant>

namespace inferd::chain {

/// Why there is no usable answer. NoAnswer: the response was not what the method promises.
struct Refused {
  Verdict verdict{};
  std::string reason;
  Refusal refusal; ///< empty for JSON-RPC errors
};
template <class T> using Answered = std::variant<T, Refused>;

/// An abci_query that was not refused.
struct QueryAnswer {
  std::string value; ///< protobuf
  Height height;     ///< the block it speaks of; "0" for Simulate
};
Answered<QueryAnswer> decode_query(const boost::json::value& response);
Answered<QueryAnswer> decode_simulate(const boost::json::value& response); ///< the same, refusals read from the log

/// broadcast_tx_sync. Refusals of CheckTx are answers too; known bytes come back as AlreadyInMempool, a full mempool as
/// Busy. Topic, nonce, endpoint and time are the caller's to fill; so is the hash where the node named none.
Answered<BroadcastAnswered> decode_broadcast(const boost::json::value& response);

/// tx {hash}. "Not found" is an answer; `head` and the hash are the caller's to fill.
Answered<TxLookedUp> decode_tx(const boost::json::value& response);

struct NodeStatus {
  std::string chain_id;
  Height height;
  bool catching_up{};
};
Answered<NodeStatus> decode_status(const boost::json::value& response);
/// Why a node is not to be used by a client of `chain_id`; empty: it may be.
std::string unfit(const NodeStatus&, const std::string& chain_id);

} // namespace inferd::chain
