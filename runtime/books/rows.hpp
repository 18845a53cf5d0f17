#pragma once
// The rows of the books. Each member is a column of the same name (schema.cpp); unknown values are 0 or empty.

#include "messages/scores.hpp"
#include "messages/submission.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace inferd {

struct WindowKey {
  Wallet wallet;
  TopicId topic;
  Height nonce;
  auto operator<=>(const WindowKey&) const = default;
};

/// One submission window of one wallet. `done_at` is set if and only if `status` is final.
struct WindowRow {
  Wallet wallet;
  TopicId topic;
  Height nonce, closes;
  Status status{};
  std::string reason;                ///< of the status; of an open row, the latest delay
  std::vector<LabelledValue> values; ///< as predicted; once signed, as the chain formats them
  std::string source, model;
  Instant candle;
  TxHash tx_hash; ///< of the current transaction, or of the one that decided the outcome
  Height height;  ///< of the block that included it
  Gas gas_used;
  Uallo fee; ///< paid for this window, failed transactions included
  std::string endpoint;
  std::string signature;           ///< of the bundle, hex
  Decimal score, reward;           ///< set by the chain later
  Decimal combined;                ///< the network's conclusion
  std::vector<LabelledValue> held; ///< this wallet's values in the network's conclusion
  Instant opened_at, claimed_at, stored_at, sent_at, done_at;
  Instant combined_at; ///< when the conclusion became known; 0: it is not, or the books were older

  WindowKey key() const { return {wallet, topic, nonce}; }
  bool operator==(const WindowRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowRow, (),
                      (wallet, topic, nonce, closes, status, reason, values, source, model, candle, tx_hash, height, gas_used,
                       fee, endpoint, signature, score, reward, combined, held, opened_at, claimed_at, stored_at, sent_at,
                       done_at, combined_at))

enum class TxStatus {
  stored,    ///< may have been sent: the process can die between the two
  sent,      ///< in a mempool
  uncertain, ///< sent, no answer
  confirmed, ///< in a block, accepted; at most one a window
  refused,   ///< by CheckTx or in a block
  missed,    ///< in no block before the window closed
  dry_run,   ///< never sent
  withdrawn  ///< replaced, or the window ended without it: can no longer be included
};
BOOST_DESCRIBE_ENUM(TxStatus, stored, sent, uncertain, confirmed, refused, missed, dry_run, withdrawn)

constexpr bool is_under_way(TxStatus s) { return s <= TxStatus::uncertain; }

/// One signed transaction. Nonce 0: a registration, which has no window.
struct TransactionRow {
  TxHash hash;
  Wallet wallet;
  TopicId topic;
  Height nonce;
  std::uint32_t number{}; ///< signing order within the window, from 1
  Sequence sequence;
  Gas gas;
  Uallo fee; ///< offered
  Height timeout;
  TxBytes bytes;
  std::vector<LabelledValue> values; ///< as the chain formats them
  std::string signature;
  TxHash replaces; ///< empty for a window's first
  std::string why; ///< why it replaces another
  TxStatus status{};
  std::string endpoint;
  Height height; ///< of its block
  Uallo paid;    ///< registrations only; of a window, see WindowRow::fee
  Instant stored_at, sent_at, done_at;

  WindowKey key() const { return {wallet, topic, nonce}; }
  SignedTx signed_tx() const { return {hash, bytes, sequence, gas, fee, timeout, values, signature}; }
  bool operator==(const TransactionRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(TransactionRow, (),
                      (hash, wallet, topic, nonce, number, sequence, gas, fee, timeout, bytes, values, signature, replaces, why,
                       status, endpoint, height, paid, stored_at, sent_at, done_at))

/// What one model predicted for one window.
struct PredictionRow {
  Wallet wallet;
  TopicId topic;
  Height nonce;
  std::string version, name; ///< of the model
  ModelRole role{};          ///< when it predicted
  std::string source;
  Instant candle;
  Decimal close;                     ///< of that candle
  std::vector<LabelledValue> values; ///< empty: `failure` says why
  std::string features;              ///< digest of its inputs
  std::string failure;
  Instant at;
  Decimal truth;        ///< what the candles said later
  std::string unscored; ///< why they never will
  Instant scored_at;    ///< of either
  Decimal past;         ///< as in BookTruth
  bool operator==(const PredictionRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(PredictionRow, (),
                      (wallet, topic, nonce, version, name, role, source, candle, close, values, features, failure, at, truth,
                       unscored, scored_at, past))

/// One version of a model of a topic.
struct ModelRow {
  Wallet wallet;
  TopicId topic;
  std::string version, name;
  ModelRole role{};       ///< at present
  std::string form, data; ///< as in ListedModel
  std::string target;     ///< as in BookModels
  std::int64_t horizon_ms{};
  std::string by; ///< who brought it
  Instant at;     ///< when it was first seen
  bool operator==(const ModelRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(ModelRow, (), (wallet, topic, version, name, role, form, data, target, horizon_ms, by, at))

/// The live model changed.
struct SwapRow {
  Wallet wallet;
  TopicId topic;
  std::int64_t number{}; ///< of the topic's swaps, from 1
  std::string from_name, from_version, to_name, to_version;
  std::string configured; ///< version of the configuration's model
  Height after;           ///< the newest window of the model before
  std::string by, why;
  Instant at;
  bool operator==(const SwapRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(SwapRow, (),
                      (wallet, topic, number, from_name, from_version, to_name, to_version, configured, after, by, why, at))

/// A part of BookPredictorState. Nonce 0: the message without its rows, as JSON; else one of them.
struct PredictorStateRow {
  Wallet wallet;
  TopicId topic;
  Height nonce;
  std::string source; ///< of a row
  Instant candle;     ///< likewise
  std::string state;
  bool operator==(const PredictorStateRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(PredictorStateRow, (), (wallet, topic, nonce, source, candle, state))

} // namespace inferd
