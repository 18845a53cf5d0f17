#pragma once
// Questions to the chain as abci_query takes them, and their answers out of protobuf. Bytes in, messages out; no socket.
// `emissions` is "v10" or "v9" everywhere: it names the version in the path, the shapes are the same.

#include "messages/chain.hpp"
#include "runtime/chain/encoding/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inferd::chain {

/// The two parameters of abci_query that vary. `data` is raw protobuf: to_hex it for JSON.
struct Query {
  std::string path, data;
  bool operator==(const Query&) const = default;
};

/// GetParams: answered without a code by exactly those chains that speak this version.
Query version_query(std::string_view emissions);
Query window_query(std::string_view emissions, TopicId, const Wallet&);
Query topic_query(std::string_view emissions, TopicId);
Query inference_query(std::string_view emissions, TopicId, const Wallet&);  ///< GetWorkerLatestInputInferenceByTopicId
Query nonces_query(std::string_view emissions, TopicId);                    ///< GetUnfulfilledWorkerNonces
Query can_submit_query(std::string_view emissions, TopicId, const Wallet&); ///< true even for topics that do not exist
Query registered_query(std::string_view emissions, TopicId, const Wallet&); ///< IsWorkerRegisteredInTopicId
Query score_query(std::string_view emissions, TopicId, const Wallet&);      ///< GetInfererScoreEma
Query network_inference_query(std::string_view emissions, TopicId);         ///< GetLatestNetworkInferences
Query account_query(const Wallet&);
Query balance_query(const Wallet&, std::string_view denom = "uallo");
Query gas_price_query(std::string_view denom = "uallo");
Query simulate_query(std::string_view raw_tx);

// Answers. `bytes` is the response's value, base64 undone; hostile. A sentence comes back when it is not that protobuf or
// holds a number that cannot be (a negative height).

Result<WindowStatusArrived> decode_window(std::string_view bytes, TopicId, Instant at);

/// Refused when the chain answers about another topic than the one asked for.
Result<TopicArrived> decode_topic(std::string_view bytes, TopicId);

/// `found`, with the sole label "y" (the chain's name for the value of a single-value topic) spelled "".
/// That there is none is a refusal (NotFound), not an answer.
Result<InferenceArrived> decode_inference(std::string_view bytes, TopicId);

/// Number and sequence, `exists` set; the balance is 0 until decode_balance fills it.
Result<AccountArrived> decode_account(std::string_view bytes, const Wallet&);

/// A balance above 2^64-1 is held as 2^64-1. The denomination must be the one asked for.
Result<Uallo> decode_balance(std::string_view bytes, std::string_view denom = "uallo");

/// From 10^-18 to 10^-9, rounded up; 2^64-1 if even that is too large.
Result<GasPriceArrived> decode_gas_price(std::string_view bytes, std::string_view denom = "uallo");

Result<Gas> decode_simulation(std::string_view bytes); ///< gas used

Result<std::vector<Height>> decode_nonces(std::string_view bytes);
Result<bool> decode_bool(std::string_view bytes);
Result<ScoreEvent> decode_score(std::string_view bytes);

/// Nonce 0: the network has concluded nothing yet.
Result<BundleEvent> decode_network_inference(std::string_view bytes, const Wallet& ours);

} // namespace inferd::chain
