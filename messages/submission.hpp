#pragma once
// submitter ⇄ ledger: claim, sign, store, send, resolve. The books change before the world does.

#include "messages/chain.hpp"
#include "messages/status.hpp"
#include "messages/window.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace inferd {

/// A transaction ready to be sent; everything in it is fixed, its hash included.
struct SignedTx {
  TxHash hash;
  TxBytes tx;
  Sequence sequence;
  Gas gas;
  Uallo fee;
  Height timeout;                    ///< the chain takes it in no later block
  std::vector<LabelledValue> values; ///< in the chain's spelling
  std::string signature;             ///< of the bundle, hex
  bool operator==(const SignedTx&) const = default;
};
BOOST_DESCRIBE_STRUCT(SignedTx, (), (hash, tx, sequence, gas, fee, timeout, values, signature))

/// submitter → ledger: I want to answer this window with this prediction. One transaction decides and records.
struct ClaimNonce {
  Wallet wallet;
  Predicted prediction;
  Instant at;
  bool operator==(const ClaimNonce&) const = default;
};
BOOST_DESCRIBE_STRUCT(ClaimNonce, (), (wallet, prediction, at))

/// ledger → submitter: it is yours; no other answer was or will be granted.
struct Granted {
  TopicId topic;
  Height nonce;
  bool operator==(const Granted&) const = default;
};
BOOST_DESCRIBE_STRUCT(Granted, (), (topic, nonce))

/// ledger → submitter: the books hold a row for this window already (its status), or cannot be written.
struct ClaimRefused {
  TopicId topic;
  Height nonce;
  Status status{};
  std::string reason;
  bool books_failed{}; ///< the disk is full or gone: nothing is known, ask again
  bool operator==(const ClaimRefused&) const = default;
};
BOOST_DESCRIBE_STRUCT(ClaimRefused, (), (topic, nonce, status, reason, books_failed))

/// submitter → ledger: keep these bytes durably; they may be sent once SignedStored has come back.
/// `replaces`: the bytes these stand in for, which can no longer land (empty for the first).
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

/// ledger → submitter.
struct SignedStored {
  TopicId topic;
  Height nonce;
  TxHash hash;
  bool operator==(const SignedStored&) const = default;
};
BOOST_DESCRIBE_STRUCT(SignedStored, (), (topic, nonce, hash))

/// ledger → submitter: the books could not be written. Nothing may be sent.
struct StoreFailed {
  TopicId topic;
  Height nonce;
  TxHash hash;
  std::string reason;
  bool operator==(const StoreFailed&) const = default;
};
BOOST_DESCRIBE_STRUCT(StoreFailed, (), (topic, nonce, hash, reason))

/// submitter → ledger: handed to the node, with its answer or without one (`uncertain`).
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

/// submitter → ledger: what became of the window; `status` is final. `hash` is empty where nothing was sent.
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

/// ledger → submitter: durable; the submitter may forget the window.
struct OutcomeBooked {
  TopicId topic;
  Height nonce;
  bool operator==(const OutcomeBooked&) const = default;
};
BOOST_DESCRIBE_STRUCT(OutcomeBooked, (), (topic, nonce))

/// submitter → ledger, after every start: what was under way?
struct ResumeSubmissions {
  Wallet wallet;
  bool operator==(const ResumeSubmissions&) const = default;
};
BOOST_DESCRIBE_STRUCT(ResumeSubmissions, (), (wallet))

/// A window without an outcome, with every transaction signed for it, oldest first.
struct Unfinished {
  Predicted prediction;
  Status status{};
  std::vector<SignedTx> attempts;
  bool operator==(const Unfinished&) const = default;
};
BOOST_DESCRIBE_STRUCT(Unfinished, (), (prediction, status, attempts))

/// Gas used by the last accepted payload of a topic.
struct GasMemory {
  TopicId topic;
  Gas gas_used;
  bool operator==(const GasMemory&) const = default;
};
BOOST_DESCRIBE_STRUCT(GasMemory, (), (topic, gas_used))

/// ledger → submitter: everything not final, and what gas cost so far.
struct Unresolved {
  Wallet wallet;
  std::vector<Unfinished> windows;
  std::vector<GasMemory> gas;
  bool operator==(const Unresolved&) const = default;
};
BOOST_DESCRIBE_STRUCT(Unresolved, (), (wallet, windows, gas))

/// submitter → root, for the log: somebody else sends with this wallet's key. `reason` says how the chain showed it.
struct ClashNoticed {
  Wallet wallet;
  std::string reason;
  Instant at;
  bool operator==(const ClashNoticed&) const = default;
};
BOOST_DESCRIBE_STRUCT(ClashNoticed, (), (wallet, reason, at))

/// watcher → submitter: the topic does not know this worker.
struct RegistrationWanted {
  TopicId topic;
  bool operator==(const RegistrationWanted&) const = default;
};
BOOST_DESCRIBE_STRUCT(RegistrationWanted, (), (topic))

/// watcher → ledger.
struct BookScore {
  ScoreEvent event;
  Instant at;
  bool operator==(const BookScore&) const = default;
};
BOOST_DESCRIBE_STRUCT(BookScore, (), (event, at))

/// watcher → ledger.
struct BookReward {
  RewardEvent event;
  Instant at;
  bool operator==(const BookReward&) const = default;
};
BOOST_DESCRIBE_STRUCT(BookReward, (), (event, at))

/// watcher → ledger: the network's value for a window, and whether ours is in it.
struct BookConclusion {
  BundleEvent event;
  Instant at;
  bool operator==(const BookConclusion&) const = default;
};
BOOST_DESCRIBE_STRUCT(BookConclusion, (), (event, at))

/// A window that came and went while nobody looked (the process was down, the stream had a gap).
struct MissedWindow {
  TopicId topic;
  Height nonce, closes;
  std::string reason;
  Instant at;
  bool operator==(const MissedWindow&) const = default;
};
BOOST_DESCRIBE_STRUCT(MissedWindow, (), (topic, nonce, closes, reason, at))

/// watcher → ledger: an opening, and ahead of it every window that is not known to have a row. Written as one, because the
/// books' newest nonce says that nothing before it is missing: a message that is lost leaves no gap which the next one hides.
struct BookWindows {
  TopicId topic;
  std::vector<MissedWindow> missed; ///< in the order of nonces
  WindowOpened opened;              ///< nonce 0: none is
  bool operator==(const BookWindows&) const = default;
};
BOOST_DESCRIBE_STRUCT(BookWindows, (), (topic, missed, opened))

/// watcher → ledger, after every start: how far do the books go?
struct LastNonceWanted {
  TopicId topic;
  bool operator==(const LastNonceWanted&) const = default;
};
BOOST_DESCRIBE_STRUCT(LastNonceWanted, (), (topic))

/// ledger → watcher: the newest nonce with a row, 0 where there is none. Also when BookWindows was written.
struct LastNonceKnown {
  TopicId topic;
  Height nonce;
  bool operator==(const LastNonceKnown&) const = default;
};
BOOST_DESCRIBE_STRUCT(LastNonceKnown, (), (topic, nonce))

} // namespace inferd
