#pragma once
// submitter ⇄ ledger: claim, sign, store, send, resolve. Write-ahead: a transaction is in the books before it is broadcast.

#include "messages/chain.hpp"
#include "messages/scores.hpp"
#include "messages/status.hpp"
#include "messages/window.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

/// In StoreSigned and Unfinished: a signed transaction, immutable from here on.
struct SignedTx {
  TxHash hash;
  TxBytes tx;
  Sequence sequence;
  Gas gas;
  Uallo fee;
  Height timeout;                    ///< timeout_height: the last block that may include it
  std::vector<LabelledValue> values; ///< canonical, as signed
  std::string signature;             ///< of the worker data bundle, hex
  bool operator==(const SignedTx&) const = default;
};
BOOST_DESCRIBE_STRUCT(SignedTx, (), (hash, tx, sequence, gas, fee, timeout, values, signature))

/// submitter → ledger, for each Predicted: asks to submit for this window. The ledger decides and records in one transaction.
struct ClaimNonce {
  Wallet wallet;
  Predicted prediction;
  Instant at;
  bool operator==(const ClaimNonce&) const = default;
};
BOOST_DESCRIBE_STRUCT(ClaimNonce, (), (wallet, prediction, at))

/// ledger → submitter: the claim is recorded; every other prediction for this window is refused. The submitter signs.
struct Granted {
  TopicId topic;
  Height nonce;
  bool operator==(const Granted&) const = default;
};
BOOST_DESCRIBE_STRUCT(Granted, (), (topic, nonce))

/// ledger → submitter: the row is past `open` (its status), so the submitter drops the window; or the books failed.
/// In answer to StoreSigned: the daily cap forbids these bytes, which are not stored; the submitter books status and reason.
struct ClaimRefused {
  TopicId topic;
  Height nonce;
  Status status{};
  std::string reason;
  bool books_failed{}; ///< the row's status is unknown; the submitter claims again
  bool operator==(const ClaimRefused&) const = default;
};
BOOST_DESCRIBE_STRUCT(ClaimRefused, (), (topic, nonce, status, reason, books_failed))

/// submitter → ledger, after signing: writes the bytes durably. They may be sent once SignedStored has arrived.
/// `replaces`: the previous bytes, which can no longer land; empty for the first bytes and when the message is repeated.
struct StoreSigned {
  Wallet wallet;
  TopicId topic;
  Height nonce;
  SignedTx signed_tx;
  TxHash replaces;
  std::string why;
  Instant at;
  bool operator==(const StoreSigned&) const = default;
};
BOOST_DESCRIBE_STRUCT(StoreSigned, (), (wallet, topic, nonce, signed_tx, replaces, why, at))

/// ledger → submitter: the bytes are durable. The submitter preloads or broadcasts them in the order of sequences.
struct SignedStored {
  TopicId topic;
  Height nonce;
  TxHash hash;
  bool operator==(const SignedStored&) const = default;
};
BOOST_DESCRIBE_STRUCT(SignedStored, (), (topic, nonce, hash))

/// ledger → submitter: the books could not be written. The bytes must not be sent; the submitter stores them again by a tick.
struct StoreFailed {
  TopicId topic;
  Height nonce;
  TxHash hash;
  std::string reason;
  bool operator==(const StoreFailed&) const = default;
};
BOOST_DESCRIBE_STRUCT(StoreFailed, (), (topic, nonce, hash, reason))

/// submitter → ledger, after a broadcast: accepted (`sent`) or unknown (`uncertain`). Sets the status of the row; no reply.
struct MarkSent {
  Wallet wallet;
  TopicId topic;
  Height nonce;
  TxHash hash;
  Status status{};
  std::string endpoint, reason;
  Instant at;
  bool operator==(const MarkSent&) const = default;
};
BOOST_DESCRIBE_STRUCT(MarkSent, (), (wallet, topic, nonce, hash, status, endpoint, reason, at))

/// submitter → ledger, repeated until OutcomeBooked: the final `status`. `hash` is empty where no one transaction decided it.
struct BookOutcome {
  Wallet wallet;
  TopicId topic;
  Height nonce;
  Status status{};
  std::string reason;
  TxHash hash;
  Height height;
  Gas gas_used;
  Uallo fee;
  Instant at;
  bool operator==(const BookOutcome&) const = default;
};
BOOST_DESCRIBE_STRUCT(BookOutcome, (), (wallet, topic, nonce, status, reason, hash, height, gas_used, fee, at))

/// ledger → submitter: the outcome is durable. The submitter drops the window.
struct OutcomeBooked {
  TopicId topic;
  Height nonce;
  bool operator==(const OutcomeBooked&) const = default;
};
BOOST_DESCRIBE_STRUCT(OutcomeBooked, (), (topic, nonce))

/// submitter → ledger, after every start: requests all windows without an outcome. Answered by Unresolved.
struct ResumeSubmissions {
  Wallet wallet;
  bool operator==(const ResumeSubmissions&) const = default;
};
BOOST_DESCRIBE_STRUCT(ResumeSubmissions, (), (wallet))

/// In Unresolved: a window without an outcome and its transactions, oldest first, withdrawn ones excluded.
struct Unfinished {
  Predicted prediction;
  Status status{};
  std::vector<SignedTx> attempts;
  bool operator==(const Unfinished&) const = default;
};
BOOST_DESCRIBE_STRUCT(Unfinished, (), (prediction, status, attempts))

/// In Unresolved: gas used by the last accepted payload of a topic.
struct GasMemory {
  TopicId topic;
  Gas gas_used;
  bool operator==(const GasMemory&) const = default;
};
BOOST_DESCRIBE_STRUCT(GasMemory, (), (topic, gas_used))

/// ledger → submitter: the submitter's state after a restart. Stored bytes count as sent: they are looked up by hash.
struct Unresolved {
  Wallet wallet;
  std::vector<Unfinished> windows;
  std::vector<GasMemory> gas;
  bool operator==(const Unresolved&) const = default;
};
BOOST_DESCRIBE_STRUCT(Unresolved, (), (wallet, windows, gas))

/// submitter → root, at most once a minute, for the log: another process sends with this wallet's key. `reason`: the evidence.
struct ClashNoticed {
  Wallet wallet;
  std::string reason;
  Instant at;
  bool operator==(const ClashNoticed&) const = default;
};
BOOST_DESCRIBE_STRUCT(ClashNoticed, (), (wallet, reason, at))

/// submitter → root, when the wallet's balance on the chain has changed: for log and tape.
struct BalanceChanged {
  Uallo balance;
  bool operator==(const BalanceChanged&) const = default;
};
BOOST_DESCRIBE_STRUCT(BalanceChanged, (), (balance))

/// watcher → submitter, after a poll: the wallet is not registered in the topic. The submitter registers it, if allowed.
struct RegistrationWanted {
  TopicId topic;
  bool operator==(const RegistrationWanted&) const = default;
};
BOOST_DESCRIBE_STRUCT(RegistrationWanted, (), (topic))

/// watcher → ledger, from BlockSeen: sets the row's score.
struct BookScore {
  ScoreEvent event;
  Instant at;
  bool operator==(const BookScore&) const = default;
};
BOOST_DESCRIBE_STRUCT(BookScore, (), (event, at))

/// watcher → ledger, from BlockSeen: sets the row's reward.
struct BookReward {
  RewardEvent event;
  Instant at;
  bool operator==(const BookReward&) const = default;
};
BOOST_DESCRIBE_STRUCT(BookReward, (), (event, at))

/// watcher → ledger, from BlockSeen: sets the row's combined value, and what the network has from our wallet.
struct BookConclusion {
  BundleEvent event;
  Instant at;
  bool operator==(const BookConclusion&) const = default;
};
BOOST_DESCRIBE_STRUCT(BookConclusion, (), (event, at))

/// In BookWindows: a window that opened and closed unobserved (process down, gap in the stream). Becomes a row `missed`.
struct MissedWindow {
  TopicId topic;
  Height nonce, closes;
  std::string reason;
  Instant at;
  bool operator==(const MissedWindow&) const = default;
};
BOOST_DESCRIBE_STRUCT(MissedWindow, (), (topic, nonce, closes, reason, at))

/// watcher → ledger: an opening, and all windows between it and `after`. Written in one transaction, and only if the books
/// reach as far as `after`; answered by LastNonceKnown in either case, so a refused message is listed anew from there.
/// Invariant: the books have a row of every window from where they begin to last_nonce. With neither windows nor opening: the
/// watcher's first word about the topic, from which the books begin (`after`: the height at which it began to watch) unless
/// they have already.
struct BookWindows {
  TopicId topic;
  std::vector<MissedWindow> missed; ///< ascending by nonce
  WindowOpened opened;              ///< nonce 0: no opening
  Height after;                     ///< up to here the watcher knows of no window without a row
  bool operator==(const BookWindows&) const = default;
};
BOOST_DESCRIBE_STRUCT(BookWindows, (), (topic, missed, opened, after))

/// watcher → ledger, after every start, repeated until answered: requests the newest nonce. Answered by LastNonceKnown.
struct LastNonceWanted {
  TopicId topic;
  bool operator==(const LastNonceWanted&) const = default;
};
BOOST_DESCRIBE_STRUCT(LastNonceWanted, (), (topic))

/// ledger → watcher, also after BookWindows: StorePort::last_nonce, 0: the books have nothing of the topic. The watcher lists
/// the windows missed since, at its start and when the height is below the one known to it.
struct LastNonceKnown {
  TopicId topic;
  Height nonce;
  bool operator==(const LastNonceKnown&) const = default;
};
BOOST_DESCRIBE_STRUCT(LastNonceKnown, (), (topic, nonce))

/// Messages that the ledger writes into the books without a decision; only BookOutcome is answered. The ledger's queue and the
/// store port take their alternatives from this list.
using BookedMessage = std::variant<WindowDelayed, WindowClosed, MarkSent, BookOutcome, BookScore, BookReward, BookConclusion,
                                   BookModels, BookPrediction, BookTruth, BookPredictorState>;

} // namespace inferd
