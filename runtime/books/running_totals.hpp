#pragma once

#include "messages/supervision.hpp"
#include "runtime/books/book_storage.hpp"

#include <map>
#include <optional>

namespace inferd {

/// One wallet's BooksSummary, apart from the day's fees (DayFees). Follows the rows as they are written, so that a question
/// costs the topics whose windows have ended since the last one, and not the history of months.
class RunningTotals {
public:
  /// Reads every row. `storage` outlives it.
  RunningTotals(BookStorage& storage, Wallet wallet);

  /// Before a row is written; `before` is the one that it replaces. False: what was added would have to be taken back, so the
  /// totals are to be read anew.
  bool follow(const std::optional<WindowRow>& before, const WindowRow& after);
  bool follow(const std::optional<TransactionRow>& before, const TransactionRow& after);

  BooksSummary summary(Instant now);

private:
  struct Topic {
    TopicResults results;
    Instant from{1}, until; ///< between which they hold; from > until: a row has changed
  };

  BookStorage& storage_;
  const Wallet wallet_;
  BookSums sums_;
  std::map<TopicId, Topic> topics_;
};

} // namespace inferd
