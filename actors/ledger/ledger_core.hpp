#pragma once
// What the ledger decides: what is written together, what is answered when the disk refuses, what waits to be written again.
// No actor, clock or thread; the store is called in place and may block.
//
// Messages are queued first and written by the next flush, all of a burst in one transaction; no answer leaves before what it
// answers is durable. What the next start would learn again anyway waits in the queue for the next transaction that cannot wait:
// it costs none of its own. When the disk refuses, questions are refused at once, and facts stay queued, in order, until it
// does not.

#include "messages/supervision.hpp"
#include "runtime/ports/store_port.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

/// What the ledger was told and has not written yet. Owned outside the actor, so that its restart loses nothing.
struct LedgerQueue {
  /// Facts first, questions last.
  using Entry =
    std::variant<BookWindows, WindowClosed, WindowDelayed, SkippedWindow, MarkSent, BookOutcome, BookScore, BookReward,
                 BookConclusion, ClaimNonce, StoreSigned, ResumeSubmissions, LastNonceWanted, BooksWanted>;
  std::deque<Entry> entries;
};

struct LedgerPolicy {
  Wallet wallet;
  std::int64_t retry_ms = 1'000;                         ///< a disk that refused is left alone this long
  std::int64_t group_commit_ms = 0;                      ///< what is learnt again waits this long for company
  std::function<void(const std::string& line)> log_line; ///< for the log: the books cannot be written, they can again
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
                              LogLine>;
  using Effects = std::vector<Effect>;

  LedgerCore(LedgerPolicy policy, std::shared_ptr<StorePort> store);

  /// Queues a message. A fact that waits already is not queued twice: its sender has lost patience.
  void on(LedgerQueue::Entry);
  void on(const WindowSkipped& m, Instant now) { on(SkippedWindow{m, now}); }

  /// Writes what is queued and cannot wait, and with it what can. After a refusal it tries again only once retry_ms has passed.
  /// `now_or_never`: all of it, at once.
  Effects flush(Instant now, bool now_or_never = false);
  /// When the next flush is wanted, though nothing comes. Empty: nothing waits.
  std::optional<std::int64_t> wait_ms(Instant now) const;

  std::size_t queued() const { return policy_.queue->entries.size(); }
  const std::string& trouble() const { return trouble_; } ///< why facts wait; empty: none do
  std::uint64_t dropped() const { return dropped_; }      ///< facts beyond limits::pending_outcomes
  const LedgerPolicy& policy() const { return policy_; }

private:
  bool already_queued(BookWindows&) const; ///< all of it; what does in part is taken out
  void apply(const LedgerQueue::Entry&, Effects&);
  void book(const BookWindows&, Effects&);
  void refuse(const LedgerQueue::Entry&, const std::string& why, Effects&);
  void one_by_one(Effects&, Instant now);
  void refuse_questions(Effects&);

  LedgerPolicy policy_;
  std::shared_ptr<StorePort> store_;
  std::map<TopicId, WindowDelayed> early_delays_; ///< the newest of each topic: told ahead of its window, which has no row yet
  std::string trouble_;
  Instant tried_;
  std::optional<Instant> deferred_since_; ///< since when something waits for company
  std::uint64_t dropped_{};
};

} // namespace inferd
