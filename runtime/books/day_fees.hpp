#pragma once

#include "runtime/books/rows.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace inferd {

/// One wallet's fees of a day, for the daily cap and the totals: those paid, by minute, and those of transactions under way.
/// Follows the rows as they are written, so that the question before each signature costs no query.
class DayFees {
public:
  explicit DayFees(Instant since) : since_(begin_of(since)) {}

  void follow(const TransactionRow&); ///< after each change of the row
  void paid(Instant at, Uallo);
  void finished(const WindowRow&); ///< a row that became final

  bool covers(Instant since) const { return since >= since_; }
  /// The beginning of the minute, from which on fees count.
  static Instant begin_of(Instant);
  /// Paid at or after the beginning of `since`. Forgets what is older.
  Uallo paid_since(Instant since);
  /// As paid_since, and under way; `m` included, without what it replaces.
  Uallo with(const StoreSigned& m, Instant since);

private:
  struct UnderWay {
    Uallo fee;
    bool may_be_withdrawn{}; ///< stored, not reported as sent
  };
  Instant since_;
  std::map<std::int64_t, Uallo> minutes_;
  std::map<std::pair<TopicId, Height>, std::map<TxHash, UnderWay>> under_way_;
};

} // namespace inferd
