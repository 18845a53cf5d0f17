#pragma once
// The ledger's decisions: what is committed together, and what happens when the disk fails. No actor, clock or thread; calls to
// the store may block.
//
// Group commit: messages are queued, and flush() writes a burst in one transaction; replies are sent after the commit. What the
// next start repeats is deferred: as a fact it waits for another transaction, and by itself it commits without waiting for the
// disk (StorePort::deferred_transaction). When the disk fails, questions are refused at once and facts stay queued, in order.

#include "messages/supervision.hpp"
#include "runtime/ports/store_port.hpp"

#include <boost/mp11/list.hpp>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

/// Messages received and not written yet. Owned outside the actor, so that a restart loses nothing.
struct LedgerQueue {
  /// Facts (no answer needed to go on) first, then questions; is_question depends on the order.
  using Entry = boost::mp11::mp_append<
    std::variant<BookWindows, SkippedWindow>, BookedMessage,
    std::variant<ClaimNonce, StoreSigned, ResumeSubmissions, LastNonceWanted, BooksWanted, ScoresWanted, BookSwap>>;
  std::deque<Entry> entries;
};

struct LedgerPolicy {
  Wallet wallet;
  std::optional<Uallo> day_cap;                          ///< highest sum of fees in 24 h; nullopt: none
  std::int64_t retry_ms = 1'000;                         ///< delay before a failed disk is tried again
  std::int64_t group_commit_ms = 0;                      ///< how long deferrable facts wait for another transaction
  std::function<void(const std::string& line)> log_line; ///< when the disk starts and stops failing
  std::shared_ptr<LedgerQueue> queue = std::make_shared<LedgerQueue>();
};

class LedgerCore {
public:
  struct LogLine {
    std::string line;
  };
  using Effect = std::variant<Granted, ClaimRefused, SignedStored, StoreFailed, OutcomeBooked, Unresolved, // submitter
                              LastNonceKnown,                                                              // watcher
                              BooksSummary,                                                                // root
                              ScoresKnown,                                                                 // scorer
                              SwapBooked,                                                                  // predictor
                              LogLine>;
  using Effects = std::vector<Effect>;

  LedgerCore(LedgerPolicy policy, std::shared_ptr<StorePort> store);

  /// Queues a message. Repetitions are dropped while the disk fails, those of BookWindows always.
  void on(LedgerQueue::Entry);
  void on(const WindowSkipped& m, Instant now) { on(SkippedWindow{m, now}); }

  /// Commits the queue, unless it holds deferrable facts only. While the disk fails, the commit is retried every retry_ms.
  /// `force`: without either delay.
  Effects flush(Instant now, bool force = false);
  /// Delay of the next flush if no message arrives. nullopt: the queue is empty.
  std::optional<std::int64_t> wait_ms(Instant now) const;

  std::size_t queued() const { return policy_.queue->entries.size(); }
  const std::string& trouble() const { return trouble_; } ///< why facts wait; empty: the disk works
  std::uint64_t dropped() const { return dropped_; }      ///< facts beyond limits::pending_outcomes
  const LedgerPolicy& policy() const { return policy_; }

private:
  bool already_queued(BookWindows&) const; ///< completely; removes the part that is queued, and begins behind it
  void apply(const LedgerQueue::Entry&, Effects&);
  std::string above_day_cap(const StoreSigned&); ///< why it may not be stored, or empty
  void book(const BookWindows&, Effects&);
  void refuse(const LedgerQueue::Entry&, const std::string& why, Effects&);
  void write_individually(Effects&, Instant now);
  void refuse_questions(Effects&);

  LedgerPolicy policy_;
  std::shared_ptr<StorePort> store_;
  std::map<TopicId, WindowDelayed> early_delays_; ///< the newest per topic: may precede the window's row
  std::string trouble_;
  Instant last_try_;
  std::optional<Instant> deferred_since_; ///< since when deferrable facts wait
  std::uint64_t dropped_{};
};

} // namespace inferd
