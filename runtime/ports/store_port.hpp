#pragma once

#include "messages/submission.hpp"
#include "messages/supervision.hpp"
#include "messages/window.hpp"

#include <boost/mp11/list.hpp>
#include <functional>
#include <stdexcept>
#include <variant>

namespace inferd {

/// The books cannot be read or written: disk full, read-only, deleted, locked. An operational failure.
struct StoreFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The call breaks a rule of the books: the window is final or was never claimed.
struct StoreRejected : StoreFailure {
  using StoreFailure::StoreFailure;
};

/// A window that was skipped, with the time of the skip.
struct SkippedWindow {
  WindowSkipped message;
  Instant at;
  bool operator==(const SkippedWindow&) const = default;
};

/// From this height on every window of the topic gets a row. Kept of the first one only, and never behind a row.
struct WatchBegun {
  TopicId topic;
  Height since;
  bool operator==(const WatchBegun&) const = default;
};

/// What is written into the books, by its effect:
///   WatchBegun      where the books of a topic begin, unless they have begun
///   WindowOpened    a row `open`, or an existing row's opening
///   SkippedWindow   a row `skipped`, unless the window is claimed or final
///   MissedWindow    a row `missed`, or its unset `closes`
///   StoreSigned     a signed transaction; nonce 0: a registration, without a window
///   WindowDelayed   the reason of a row still `open`
///   WindowClosed    a row still `open` becomes `missed`; creates none
///   BookModels      the topic's models and their roles
///   BookPrediction  a row, unless the model has one with values for this window
///   BookTruth       the truth of the rows from this candle that have none
///   BookSwap        a row, and the roles of both models
///   BookPredictorState  what the topic's predictor has learnt; rows that wait are added, those that have ended leave
///   the others of BookedMessage: as in messages/submission.hpp
using BookEntry =
  boost::mp11::mp_append<std::variant<WatchBegun, WindowOpened, SkippedWindow, MissedWindow, StoreSigned, BookSwap>,
                         BookedMessage>;

/// The books. Every call is one transaction, durable on return; StoreFailure otherwise, with nothing changed. A window never
/// returns to an earlier stage (open, claimed, under way, final); repeated calls change nothing. Blocking; only the ledger
/// calls it, on its own thread.
class StorePort {
public:
  virtual ~StorePort() = default;

  /// Group commit: runs `calls` in one transaction. StoreFailure: none of them is stored.
  virtual void transaction(const std::function<void()>& calls) { calls(); }
  /// The same without waiting for the disk: durable with the next durable transaction. A process crash loses nothing; a power
  /// failure may. For calls that the next start repeats.
  virtual void deferred_transaction(const std::function<void()>& calls) { transaction(calls); }

  virtual void write(const Wallet&, const BookEntry&) = 0; ///< StoreSigned may throw StoreRejected
  virtual std::variant<Granted, ClaimRefused> claim(const ClaimNonce&) = 0;

  /// Why nothing can be stored at present, without trying it; empty: no reason is known. From any thread.
  virtual std::string trouble() const { return {}; }

  virtual Unresolved unresolved(const Wallet&) = 0;
  /// Up to here every window from the beginning of the topic's books on has a row: the newest nonce recorded as open or missed
  /// (rows created by a claim or an outcome alone do not count), otherwise WatchBegun::since, otherwise the height before the
  /// first row. 0: the books have nothing of the topic.
  virtual Height last_nonce(const Wallet&, TopicId) = 0;
  virtual BooksSummary summary(const Wallet&, Instant now) = 0;
  /// The wallet's fees since `since` if this transaction is stored: paid, of transactions under way, and its own, without those
  /// of bytes that it replaces. For the daily cap.
  virtual Uallo fees_with(const StoreSigned&, Instant since) = 0;
  virtual ScoresKnown scores(const Wallet&, const ScoresWanted&) = 0;
};

} // namespace inferd
