#pragma once
// Requests to the chain port, its answers and its events, decoded: actors never see protobuf or JSON-RPC.
// Each request (Ask*, Simulate, Broadcast) gets exactly one answer: its own, or AskFailed with the same keys.

#include "messages/units.hpp"
#include "messages/verdict.hpp"
#include "messages/prediction.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace inferd {

/// The requests to the chain port, named as their messages.
enum class Request { AskWindow, AskTopic, AskAccount, AskGasPrice, Simulate, Broadcast, AskTx, AskInference, AskBlock };
BOOST_DESCRIBE_ENUM(Request, AskWindow, AskTopic, AskAccount, AskGasPrice, Simulate, Broadcast, AskTx, AskInference, AskBlock)

/// chain port → requester: no usable answer. The watcher polls again soon; the submitter looks a failed Broadcast up by hash.
struct AskFailed {
  Request request{};
  TopicId topic;
  Height nonce; ///< AskBlock: the height
  TxHash hash;
  Verdict verdict{Verdict::NoAnswer};
  std::string reason; ///< one sentence that names the endpoint
  bool operator==(const AskFailed&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskFailed, (), (request, topic, nonce, hash, verdict, reason))

/// chain port → watcher → submitter, once subscribed, chain id and emissions version verified. Both refresh their state.
struct ConnectionUp {
  std::string endpoint, chain_id;
  std::string emissions; ///< "v10" or "v9"
  Height height;
  Instant at;
  std::string genesis;       ///< hash of block 1, upper-case hex; empty: the node has pruned it
  std::string contradiction; ///< what contradicts the node, in one sentence; empty: nothing
  std::string warning;       ///< what the node lacks
  bool went_back{};          ///< the head is recent, and far below the one that was reported before
  bool operator==(const ConnectionUp&) const = default;
};
BOOST_DESCRIBE_STRUCT(ConnectionUp, (), (endpoint, chain_id, emissions, height, at, genesis, contradiction, warning, went_back))

/// chain port → watcher → submitter: the event stream ended. No polls or broadcasts until ConnectionUp; the port reconnects.
struct ConnectionDown {
  std::string endpoint, reason;
  Instant at;
  bool operator==(const ConnectionDown&) const = default;
};
BOOST_DESCRIBE_STRUCT(ConnectionDown, (), (endpoint, reason, at))

/// In BlockSeen: a window that opened or closed. `closes` is 0 in a closing event.
struct WindowEvent {
  TopicId topic;
  Height nonce, closes;
  bool operator==(const WindowEvent&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowEvent, (), (topic, nonce, closes))

/// In BlockSeen and BookScore: the score the chain set for a worker's inference at `nonce`.
struct ScoreEvent {
  TopicId topic;
  Height nonce;
  Wallet wallet;
  Decimal score;
  bool operator==(const ScoreEvent&) const = default;
};
BOOST_DESCRIBE_STRUCT(ScoreEvent, (), (topic, nonce, wallet, score))

/// In BlockSeen and BookReward: the reward of an inference at `nonce`, in uallo with decimals.
struct RewardEvent {
  TopicId topic;
  Height nonce;
  Wallet wallet;
  Decimal reward;
  bool operator==(const RewardEvent&) const = default;
};
BOOST_DESCRIBE_STRUCT(RewardEvent, (), (topic, nonce, wallet, reward))

/// In BlockSeen and BookConclusion: the network's conclusion for `nonce`, and the values it has from our wallet (empty: none).
struct BundleEvent {
  TopicId topic;
  Height nonce;
  Decimal combined; ///< of the first label
  std::vector<LabelledValue> ours;
  bool operator==(const BundleEvent&) const = default;
};
BOOST_DESCRIBE_STRUCT(BundleEvent, (), (topic, nonce, combined, ours))

/// chain port → watcher: the events of one block, streamed or for AskBlock; the watcher announces windows and books the rest.
/// The stream omits blocks without relevant events: a message covers the heights [from, height]; from 0: `height` only.
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

/// chain port → watcher → submitter: a transaction of our wallet is in a block, with `verdict`. The submitter books the result.
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

/// watcher → chain port, polled: query GetWorkerSubmissionWindowStatus. Answered by WindowStatusArrived.
struct AskWindow {
  TopicId topic;
  Wallet wallet;
  bool operator==(const AskWindow&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskWindow, (), (topic, wallet))

/// chain port → watcher: the topic's windows and the worker's admission. The watcher announces them. Height 0: unknown.
struct WindowStatusArrived {
  TopicId topic;
  bool is_open{};
  Height nonce, closes; ///< the current window, if open
  Height next_nonce, next_closes;
  bool is_registered{}, is_whitelisted{}, is_topic_active{};
  Height head; ///< the block of the query
  Instant at;
  bool operator==(const WindowStatusArrived&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowStatusArrived, (),
                      (topic, is_open, nonce, closes, next_nonce, next_closes, is_registered, is_whitelisted, is_topic_active,
                       head, at))

/// watcher → chain port, on each connection: query GetTopic. Answered by TopicArrived.
struct AskTopic {
  TopicId topic;
  bool operator==(const AskTopic&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskTopic, (), (topic))

/// chain port → watcher → predictor: the topic's rules. The watcher takes the epoch; the predictor checks values against them.
struct TopicArrived {
  TopicId topic;
  std::string metadata;
  std::int64_t epoch_length{}, window_length{}, ground_truth_lag{};
  bool multi{}; ///< labelled values; false: a single one
  bool allow_negative{}, require_unity{};
  std::uint64_t max_labels{};
  std::vector<std::string> labels; ///< allowed labels; empty: any
  bool operator==(const TopicArrived&) const = default;
};
BOOST_DESCRIBE_STRUCT(TopicArrived, (),
                      (topic, metadata, epoch_length, window_length, ground_truth_lag, multi, allow_negative, require_unity,
                       max_labels, labels))

/// submitter → chain port, before signing: queries AccountInfo and Balance. Answered by AccountArrived.
struct AskAccount {
  Wallet wallet;
  bool operator==(const AskAccount&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskAccount, (), (wallet))

/// chain port → submitter: as of the last block, without the mempool; sets the next sequence. !exists: never funded.
struct AccountArrived {
  Wallet wallet;
  bool exists{};
  std::uint64_t number{};
  Sequence sequence;
  Uallo balance;
  bool operator==(const AccountArrived&) const = default;
};
BOOST_DESCRIBE_STRUCT(AccountArrived, (), (wallet, exists, number, sequence, balance))

/// submitter → chain port, before signing: the fee market's gas price in `denom`. Answered by GasPriceArrived.
struct AskGasPrice {
  std::string denom;
  bool operator==(const AskGasPrice&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskGasPrice, (), (denom))

/// chain port → submitter: the price for the next block; it changes with load. Fees are computed from it.
struct GasPriceArrived {
  GasPrice price;
  bool operator==(const GasPriceArrived&) const = default;
};
BOOST_DESCRIBE_STRUCT(GasPriceArrived, (), (price))

/// submitter → chain port, if the gas is unknown: executes without broadcasting. Answered by Simulated, refusals included.
struct Simulate {
  TopicId topic;
  Height nonce;
  TxBytes tx;
  bool operator==(const Simulate&) const = default;
};
BOOST_DESCRIBE_STRUCT(Simulate, (), (topic, nonce, tx))

/// chain port → submitter: Accepted with the gas used, or the refusal the chain would give. Sets the gas limit, or fails early.
struct Simulated {
  TopicId topic;
  Height nonce;
  Verdict verdict{Verdict::Unknown};
  Gas gas_used;
  std::string log;
  bool operator==(const Simulated&) const = default;
};
BOOST_DESCRIBE_STRUCT(Simulated, (), (topic, nonce, verdict, gas_used, log))

/// submitter → chain port, once the window is open: broadcast_tx_sync, to every endpoint that is alive: the bytes are the same
/// and are paid once. Concurrent calls reach the endpoint in use in the order made.
struct Broadcast {
  TopicId topic;
  Height nonce;
  TxHash hash;
  TxBytes tx;
  bool operator==(const Broadcast&) const = default;
};
BOOST_DESCRIBE_STRUCT(Broadcast, (), (topic, nonce, hash, tx))

/// chain port → submitter: the stream reported the preload's opening and its bytes are being sent. Precedes the BlockSeen with
/// that opening; BroadcastAnswered follows. The submitter sends the next in sequence.
struct PreloadSent {
  TopicId topic;
  Height nonce;
  TxHash hash;
  Instant at;
  bool operator==(const PreloadSent&) const = default;
};
BOOST_DESCRIBE_STRUCT(PreloadSent, (), (topic, nonce, hash, at))

/// chain port → submitter: no preload is left, its window may be signed again. Follows PreloadSent if it had been sent.
struct PreloadCancelled {
  Instant at;
  bool operator==(const PreloadCancelled&) const = default;
};
BOOST_DESCRIBE_STRUCT(PreloadCancelled, (), (at))

/// chain port → submitter: CheckTx's result. Accepted: in a mempool, not in a block; with several nodes, in one of them.
/// A refusal is that of every node asked. The submitter then waits for the block, or signs again.
struct BroadcastAnswered {
  TopicId topic;
  Height nonce;
  TxHash hash;
  Verdict verdict{Verdict::Unknown};
  std::uint32_t code{};
  std::string codespace, log;
  Sequence expected; ///< with WrongSequence: what the node's mempool expects
  Uallo required;    ///< with FeeTooLow, if the log names it
  std::string endpoint;
  Instant at;
  bool expected_known{}; ///< the log names `expected`
  bool operator==(const BroadcastAnswered&) const = default;
};
BOOST_DESCRIBE_STRUCT(BroadcastAnswered, (),
                      (topic, nonce, hash, verdict, code, codespace, log, expected, required, endpoint, at, expected_known))

/// submitter → chain port, for a sent transaction of unknown result. Answered by TxLookedUp, from the node's index. Where that
/// has an error, or reports a failure, the account's sequence and the blocks [from, timeout] decide instead, and where those
/// cannot be read, what the chain's state holds of the wallet.
struct AskTx {
  TxHash hash;
  Sequence sequence;
  Height from;    ///< the first block that may hold it
  Height timeout; ///< the last one
  TopicId topic;  ///< 0: the state is not asked
  Height nonce;   ///< 0: a registration
  std::vector<LabelledValue> values;
  bool operator==(const AskTx&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskTx, (), (hash, sequence, from, timeout, topic, nonce, values))

/// chain port → submitter: `found` in a block, with its verdict there. Otherwise in no block so far; it may be in a mempool.
/// Accepted without gas: known by the chain's state; height 0: and not in which block. With another verdict and code 0: in that
/// block, but its result there is not known; verdict and log say why.
/// Not found with WrongSequence: another transaction has used its sequence, so it never will be.
struct TxLookedUp {
  TxHash hash;
  bool found{};
  Height height;
  Verdict verdict{Verdict::Unknown};
  std::uint32_t code{};
  std::string codespace, log;
  Gas gas_used;
  Height head; ///< of the node that answered; not found: in no block up to it
  Height read; ///< the blocks up to here were read; 0: none was
  bool operator==(const TxLookedUp&) const = default;
};
BOOST_DESCRIBE_STRUCT(TxLookedUp, (), (hash, found, height, verdict, code, codespace, log, gas_used, head, read))

/// submitter → chain port, after AlreadySubmitted or a clash: GetWorkerLatestInputInferenceByTopicId.
struct AskInference {
  TopicId topic;
  Wallet wallet;
  bool operator==(const AskInference&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskInference, (), (topic, wallet))

/// chain port → submitter: what the chain has from this worker while the window is open, if `found`; compared with the signed
/// values.
struct InferenceArrived {
  TopicId topic;
  bool found{};
  Height nonce;
  std::vector<LabelledValue> values;
  bool operator==(const InferenceArrived&) const = default;
};
BOOST_DESCRIBE_STRUCT(InferenceArrived, (), (topic, found, nonce, values))

/// watcher → chain port, for each height of a gap: block_results. Answered by BlockSeen.
struct AskBlock {
  Height height;
  bool operator==(const AskBlock&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskBlock, (), (height))

} // namespace inferd
