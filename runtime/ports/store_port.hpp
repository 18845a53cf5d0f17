#pragma once

#include "messages/submission.hpp"
#include "messages/supervision.hpp"

#include <functional>
#include <stdexcept>
#include <variant>

namespace inferd {

/// The books could not be written or read: disk full, read-only, gone, locked. Weather, not a defect.
struct StoreFailure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A call against the rules of the books: the window is final, or was never claimed. The books themselves are well.
struct StoreRejected : StoreFailure {
  using StoreFailure::StoreFailure;
};

/// The books. Every call is one transaction, durable when it returns; StoreFailure otherwise, with nothing changed.
/// A window's row moves forward only: a final status never changes, and calls that come twice change nothing.
/// Blocking: only the ledger calls it, on a thread of its own.
class StorePort {
public:
  virtual ~StorePort() = default;

  /// Makes the calls of `calls` one transaction, so that a burst waits for the disk once. StoreFailure: none of them counts.
  virtual void together(const std::function<void()>& calls) { calls(); }
  /// The same for calls whose loss in a power cut harms nothing, because the next start learns them again: the disk is not
  /// waited for, they become durable with the next transaction that is. A crash of the process loses none of them.
  virtual void deferred_transaction(const std::function<void()>& calls) { together(calls); }

  virtual void opened(const Wallet&, const WindowOpened&) = 0; ///< a row `open`, unless there is one
  virtual std::variant<Granted, ClaimRefused> claim(const ClaimNonce&) = 0;
  virtual void store(const StoreSigned&) = 0; ///< nonce 0: a registration, which has no window. May throw StoreRejected
  virtual void mark(const MarkSent&) = 0;
  virtual void book(const BookOutcome&) = 0;
  virtual void delay(const Wallet&, const WindowDelayed&) = 0; ///< the reason of a row still `open`, without ending it
  virtual void skip(const Wallet&, const WindowSkipped&, Instant at) = 0; ///< unless claimed meanwhile
  virtual void closed(const Wallet&, const WindowClosed&) = 0; ///< a row still `open` becomes `missed`; no row stays none
  virtual void missed(const Wallet&, const MissedWindow&) = 0; ///< a row `missed`, unless there is one: then only its `closes`
  virtual void score(const BookScore&) = 0;
  virtual void reward(const BookReward&) = 0;
  virtual void conclusion(const Wallet&, const BookConclusion&) = 0;

  virtual Unresolved unresolved(const Wallet&) = 0;
  /// The newest window told of as open or missed; rows of which only a claim or an outcome was told do not count. Where there are no
  /// others: the height before the first, from which on every window has a row. 0: no row at all.
  virtual Height last_nonce(const Wallet&, TopicId) = 0;
  virtual BooksSummary summary(const Wallet&) = 0;
};

} // namespace inferd
