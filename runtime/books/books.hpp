#pragma once
// The rules of the books, independent of their storage. A row only moves forward:
//
//   open → claimed → {stored, sent, uncertain} → {confirmed, refused, missed, skipped, dry_run}
//
// Steps may be skipped. While under way the row follows its current transaction. A final status never changes, but a final row
// may still receive its opening, score, reward and conclusion.

#include "runtime/books/book_storage.hpp"
#include "runtime/books/day_fees.hpp"
#include "runtime/books/running_totals.hpp"
#include "runtime/ports/store_port.hpp"

#include <functional>
#include <map>
#include <memory>

namespace inferd {

/// The end of a window as the books have it, or of a registration (nonce 0).
struct WindowEnd {
  BookOutcome outcome;
  Height closes; ///< 0: unknown
};

class Books : public StorePort {
public:
  explicit Books(std::unique_ptr<BookStorage> storage);
  ~Books() override;

  void transaction(const std::function<void()>& calls) override;
  void deferred_transaction(const std::function<void()>& calls) override;

  void write(const Wallet&, const BookEntry&) override;
  std::variant<Granted, ClaimRefused> claim(const ClaimNonce&) override;

  std::string trouble() const override { return storage_->trouble(); }
  Unresolved unresolved(const Wallet&) override;
  Height last_nonce(const Wallet&, TopicId) override;
  BooksSummary summary(const Wallet&, Instant now) override;
  Uallo fees_with(const StoreSigned&, Instant since) override;
  ScoresKnown scores(const Wallet&, const ScoresWanted&) override;

  /// The topic's newest swap.
  std::optional<SwapRow> last_swap(const Wallet& wallet, TopicId topic) { return storage_->last_swap(wallet, topic); }
  /// Every version of the topic's models, in the order in which they were first seen.
  std::vector<ModelRow> models(const Wallet& wallet, TopicId topic) { return storage_->models(wallet, topic); }
  /// What the topic's predictor booked, with all rows that wait. nullopt: nothing. Throws StoreFailure: it cannot be read.
  std::optional<BookPredictorState> predictor_state(const Wallet&, TopicId);
  /// The truth of a model's prediction. nullopt: there is none yet; empty: there never will be.
  std::optional<Decimal> truth(const WindowKey&, const std::string& version);

  /// `ended` gets each window that has become final, and each registration (nonce 0) that has ended, once and after the commit.
  void listen(std::function<void(const WindowEnd&)> ended) { ended_ = std::move(ended); }

protected:
  /// Rows that became final, after their commit.
  virtual void finished(const std::vector<WindowRow>&) {}
  BookStorage& storage() { return *storage_; }
  /// The rows have changed by themselves: what is derived is read anew.
  void forget() { day_fees_.clear(), totals_.clear(), swept_.clear(); }

private:
  /// One specialization for each alternative of BookEntry (books.cpp, score_rules.cpp); without it the program does not link.
  template <class Entry> void apply(const Wallet&, const Entry&);

  void transaction(const std::function<void()>& calls, bool deferred);
  template <class Change> void change(const WindowKey&, Change); ///< no-op when there is no such row
  void finish(WindowRow, Status, const std::string& reason, Instant at);
  void put(const WindowRow&);
  void put(const TransactionRow&);
  DayFees& day_fees(const Wallet&, Instant since);
  bool close_outcome(const BookOutcome&); ///< whether a transaction has ended by it

  std::unique_ptr<BookStorage> storage_;
  bool in_transaction_ = false;
  std::vector<WindowRow> finished_;   ///< in the current transaction
  std::vector<WindowEnd> registered_; ///< registrations that have ended in it
  std::function<void(const WindowEnd&)> ended_;
  std::map<Wallet, Height> swept_;         ///< below it no closed window has an open row
  std::map<Wallet, DayFees> day_fees_;     ///< of wallets that were asked about
  std::map<Wallet, RunningTotals> totals_; ///< as above
};

} // namespace inferd
