#pragma once
// Encodes abci_query requests and decodes their protobuf responses; no I/O. `emissions` is "v10" or "v9"; it selects the path,
// the messages are the same.

#include "messages/chain.hpp"
#include "runtime/chain/encoding/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inferd::chain {

/// `data` is raw protobuf; JSON needs it as hex.
struct Query {
  std::string path, data;
  bool operator==(const Query&) const = default;
};

/// GetParams: succeeds only on chains with this version of the module.
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

// Decoders. `bytes` is the response's value after base64, untrusted. The error says that it is not that protobuf or that a
// number is impossible (a negative height).

Result<WindowStatusArrived> decode_window(std::string_view bytes, TopicId, Instant at);

/// An error if the response is about another topic.
Result<TopicArrived> decode_topic(std::string_view bytes, TopicId);

/// Sets `found`. A sole label "y" (the chain's name in single-value topics) becomes "". A missing inference is a refusal
/// (NotFound) of the query, not a response.
Result<InferenceArrived> decode_inference(std::string_view bytes, TopicId);

/// Sets number, sequence and `exists`; the balance stays 0.
Result<AccountArrived> decode_account(std::string_view bytes, const Wallet&);

/// Saturates at 2^64-1. An error for another denomination.
Result<Uallo> decode_balance(std::string_view bytes, std::string_view denom = "uallo");

/// Converts from 10^-18 to 10^-9 units, rounding up; saturates at 2^64-1.
Result<GasPriceArrived> decode_gas_price(std::string_view bytes, std::string_view denom = "uallo");

Result<Gas> decode_simulation(std::string_view bytes); ///< gas used

Result<std::vector<Height>> decode_nonces(std::string_view bytes);
Result<bool> decode_bool(std::string_view bytes);
Result<ScoreEvent> decode_score(std::string_view bytes);

/// Nonce 0: the network has no value yet.
Result<BundleEvent> decode_network_inference(std::string_view bytes, const Wallet& ours);

} // namespace inferd::chain
