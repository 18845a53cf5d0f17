#pragma once

#include "messages/submission.hpp"
#include "messages/supervision.hpp"

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

  virtual void opened(const Wallet&, const WindowOpened&) = 0; ///< a row `open`, or an existing row's opening
  virtual std::variant<Granted, ClaimRefused> claim(const ClaimNonce&) = 0;
  virtual void store(const StoreSigned&) = 0; ///< nonce 0: a registration, without a window. May throw StoreRejected
  virtual void mark(const MarkSent&) = 0;
  virtual void book(const BookOutcome&) = 0;
  virtual void delay(const Wallet&, const WindowDelayed&) = 0;            ///< sets the reason of a row still `open`
  virtual void skip(const Wallet&, const WindowSkipped&, Instant at) = 0; ///< unless the window is claimed or final
  virtual void closed(const Wallet&, const WindowClosed&) = 0;            ///< a row still `open` becomes `missed`; creates none
  virtual void missed(const Wallet&, const MissedWindow&) = 0;            ///< a row `missed`, or its unset `closes`
  virtual void score(const BookScore&) = 0;
  virtual void reward(const BookReward&) = 0;
  virtual void conclusion(const Wallet&, const BookConclusion&) = 0;

  virtual Unresolved unresolved(const Wallet&) = 0;
  /// The newest nonce recorded as open or missed; rows created by a claim or an outcome alone do not count. Without such a row:
  /// the height before the first row, since every window from there on has one. 0: no rows.
  virtual Height last_nonce(const Wallet&, TopicId) = 0;
  virtual BooksSummary summary(const Wallet&) = 0;
};

} // namespace inferd
