#pragma once
// Requests to the chain port and its answers, decoded: actors never see protobuf or JSON-RPC.
// Every request has exactly one answer: its own, or AskFailed with the same keys.

#include "messages/units.hpp"
#include "messages/verdict.hpp"
#include "messages/prediction.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace inferd {

/// What can be asked of the chain port, one for each Ask.
enum class Request { AskWindow, AskTopic, AskAccount, AskGasPrice, Simulate, Broadcast, AskTx, AskInference, AskBlock };
BOOST_DESCRIBE_ENUM(Request, AskWindow, AskTopic, AskAccount, AskGasPrice, Simulate, Broadcast, AskTx, AskInference, AskBlock)

/// chain port → whoever asked: no usable answer.
struct AskFailed {
  Request request{};
  TopicId topic;
  Height nonce; ///< or the height asked for
  TxHash hash;
  Verdict verdict{Verdict::NoAnswer};
  std::string reason; ///< one sentence that names the endpoint
  bool operator==(const AskFailed&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskFailed, (), (request, topic, nonce, hash, verdict, reason))

/// chain port → watcher: subscribed and usable. The chain id and the emissions version have been checked.
struct ConnectionUp {
  std::string endpoint, chain_id;
  std::string emissions; ///< "v10" or "v9"
  Height height;
  Instant at;
  bool operator==(const ConnectionUp&) const = default;
};
BOOST_DESCRIBE_STRUCT(ConnectionUp, (), (endpoint, chain_id, emissions, height, at))

/// chain port → watcher: the event stream has ended; the port reconnects by itself.
struct ConnectionDown {
  std::string endpoint, reason;
  Instant at;
  bool operator==(const ConnectionDown&) const = default;
};
BOOST_DESCRIBE_STRUCT(ConnectionDown, (), (endpoint, reason, at))

/// A window in a block's events. `closes` is 0 in a closing event.
struct WindowEvent {
  TopicId topic;
  Height nonce, closes;
  bool operator==(const WindowEvent&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowEvent, (), (topic, nonce, closes))

/// A score the chain set for a worker's answer to `nonce`.
struct ScoreEvent {
  TopicId topic;
  Height nonce;
  Wallet wallet;
  Decimal score;
  bool operator==(const ScoreEvent&) const = default;
};
BOOST_DESCRIBE_STRUCT(ScoreEvent, (), (topic, nonce, wallet, score))

/// What an answer to `nonce` earned, in uallo with decimals.
struct RewardEvent {
  TopicId topic;
  Height nonce;
  Wallet wallet;
  Decimal reward;
  bool operator==(const RewardEvent&) const = default;
};
BOOST_DESCRIBE_STRUCT(RewardEvent, (), (topic, nonce, wallet, reward))

/// What the network concluded for `nonce`, and what it holds from our wallet (empty: nothing).
struct BundleEvent {
  TopicId topic;
  Height nonce;
  Decimal combined; ///< of the first label
  std::vector<LabelledValue> ours;
  bool operator==(const BundleEvent&) const = default;
};
BOOST_DESCRIBE_STRUCT(BundleEvent, (), (topic, nonce, combined, ours))

/// chain port → watcher: the events of one block. Blocks without events for us may be left out: `from` is the first height
/// this message covers, 0 when that is `height` itself.
struct BlockSeen {
  Height height;
  std::vector<WindowEvent> opened, closed;
  std::vector<ScoreEvent> scores;
  std::vector<RewardEvent> rewards;
  std::vector<BundleEvent> bundles;
  std::string endpoint;
  Instant at;
  Height from;
  bool operator==(const BlockSeen&) const = default;
};
BOOST_DESCRIBE_STRUCT(BlockSeen, (), (height, opened, closed, scores, rewards, bundles, endpoint, at, from))

/// chain port → watcher → submitter: a transaction of our wallet is in a block; `verdict` is its result there.
struct TxIncluded {
  TxHash hash;
  Height height;
  Verdict verdict{Verdict::Unknown};
  std::uint32_t code{};
  std::string codespace, log;
  Gas gas_used;
  Instant at;
  bool operator==(const TxIncluded&) const = default;
};
BOOST_DESCRIBE_STRUCT(TxIncluded, (), (hash, height, verdict, code, codespace, log, gas_used, at))

/// GetWorkerSubmissionWindowStatus.
struct AskWindow {
  TopicId topic;
  Wallet wallet;
  bool operator==(const AskWindow&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskWindow, (), (topic, wallet))

/// The chain's state of a topic and a worker. Heights are 0 where the chain has none.
struct WindowStatusArrived {
  TopicId topic;
  bool is_open{};
  Height nonce, closes; ///< the current window, when open
  Height next_nonce, next_closes;
  bool is_registered{}, is_whitelisted{}, is_topic_active{};
  Height head; ///< the block this is the state of
  Instant at;
  bool operator==(const WindowStatusArrived&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowStatusArrived, (),
                      (topic, is_open, nonce, closes, next_nonce, next_closes, is_registered, is_whitelisted, is_topic_active,
                       head, at))

/// GetTopic.
struct AskTopic {
  TopicId topic;
  bool operator==(const AskTopic&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskTopic, (), (topic))

/// What a topic requires of its workers.
struct TopicArrived {
  TopicId topic;
  std::string metadata;
  std::int64_t epoch_length{}, window_length{}, ground_truth_lag{};
  bool multi{}; ///< labelled values are required
  bool allow_negative{}, require_unity{};
  std::uint64_t max_labels{};
  std::vector<std::string> labels; ///< the whitelist, empty: any
  bool operator==(const TopicArrived&) const = default;
};
BOOST_DESCRIBE_STRUCT(TopicArrived, (),
                      (topic, metadata, epoch_length, window_length, ground_truth_lag, multi, allow_negative, require_unity,
                       max_labels, labels))

/// AccountInfo and Balance of the wallet.
struct AskAccount {
  Wallet wallet;
  bool operator==(const AskAccount&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskAccount, (), (wallet))

/// As of the last block: transactions in the mempool are not counted. An account never funded does not exist.
struct AccountArrived {
  Wallet wallet;
  bool exists{};
  std::uint64_t number{};
  Sequence sequence;
  Uallo balance;
  bool operator==(const AccountArrived&) const = default;
};
BOOST_DESCRIBE_STRUCT(AccountArrived, (), (wallet, exists, number, sequence, balance))

/// The fee market's price of gas in uallo.
struct AskGasPrice {
  std::string denom;
  bool operator==(const AskGasPrice&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskGasPrice, (), (denom))

/// The price of the next block; it changes with load.
struct GasPriceArrived {
  GasPrice price;
  bool operator==(const GasPriceArrived&) const = default;
};
BOOST_DESCRIBE_STRUCT(GasPriceArrived, (), (price))

/// Runs a signed transaction on the node without sending it. Answered by Simulated, refusals included.
struct Simulate {
  TopicId topic;
  Height nonce;
  TxBytes tx;
  bool operator==(const Simulate&) const = default;
};
BOOST_DESCRIBE_STRUCT(Simulate, (), (topic, nonce, tx))

/// `verdict` is Accepted with the gas used, or the refusal the chain would give.
struct Simulated {
  TopicId topic;
  Height nonce;
  Verdict verdict{Verdict::Unknown};
  Gas gas_used;
  std::string log;
  bool operator==(const Simulated&) const = default;
};
BOOST_DESCRIBE_STRUCT(Simulated, (), (topic, nonce, verdict, gas_used, log))

/// broadcast_tx_sync. Several may be under way; they are sent in the order of the requests.
struct Broadcast {
  TopicId topic;
  Height nonce;
  TxHash hash;
  TxBytes tx;
  bool to_second_node{}; ///< also to a second node, where there is one
  bool operator==(const Broadcast&) const = default;
};
BOOST_DESCRIBE_STRUCT(Broadcast, (), (topic, nonce, hash, tx, to_second_node))

/// chain port → submitter: the window of the preloaded bytes has opened and they are being sent. Comes before any other
/// message about the opening; BroadcastAnswered follows as after a Broadcast.
struct PreloadSent {
  TopicId topic;
  Height nonce;
  TxHash hash;
  Instant at;
  bool operator==(const PreloadSent&) const = default;
};
BOOST_DESCRIBE_STRUCT(PreloadSent, (), (topic, nonce, hash, at))

/// chain port → submitter: nothing is preloaded any more. Comes after PreloadSent if the bytes were sent.
struct PreloadCancelled {
  Instant at;
  bool operator==(const PreloadCancelled&) const = default;
};
BOOST_DESCRIBE_STRUCT(PreloadCancelled, (), (at))

/// CheckTx's answer. Accepted means in the mempool, not in a block; after `to_second_node`, in at least one mempool. A refusal
/// comes from every node asked.
struct BroadcastAnswered {
  TopicId topic;
  Height nonce;
  TxHash hash;
  Verdict verdict{Verdict::Unknown};
  std::uint32_t code{};
  std::string codespace, log;
  Sequence expected; ///< with WrongSequence, when the log contains it
  Uallo required;    ///< with FeeTooLow, when the log contains it
  std::string endpoint;
  Instant at;
  bool operator==(const BroadcastAnswered&) const = default;
};
BOOST_DESCRIBE_STRUCT(BroadcastAnswered, (),
                      (topic, nonce, hash, verdict, code, codespace, log, expected, required, endpoint, at))

/// tx by hash.
struct AskTx {
  TxHash hash;
  bool operator==(const AskTx&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskTx, (), (hash))

/// `found`: in a block, with the verdict there. Not found: not in a block yet; it may be in a mempool.
struct TxLookedUp {
  TxHash hash;
  bool found{};
  Height height;
  Verdict verdict{Verdict::Unknown};
  std::uint32_t code{};
  std::string codespace, log;
  Gas gas_used;
  Height head; ///< height of the node that answered; the transaction is in no block up to here
  bool operator==(const TxLookedUp&) const = default;
};
BOOST_DESCRIBE_STRUCT(TxLookedUp, (), (hash, found, height, verdict, code, codespace, log, gas_used, head))

/// GetWorkerLatestInputInferenceByTopicId.
struct AskInference {
  TopicId topic;
  Wallet wallet;
  bool operator==(const AskInference&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskInference, (), (topic, wallet))

/// What the chain stores of this worker while the window is open. Not `found`: nothing.
struct InferenceArrived {
  TopicId topic;
  bool found{};
  Height nonce;
  std::vector<LabelledValue> values;
  bool operator==(const InferenceArrived&) const = default;
};
BOOST_DESCRIBE_STRUCT(InferenceArrived, (), (topic, found, nonce, values))

/// block_results of one height, to fill a gap. Answered by BlockSeen.
struct AskBlock {
  Height height;
  bool operator==(const AskBlock&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskBlock, (), (height))

} // namespace inferd
