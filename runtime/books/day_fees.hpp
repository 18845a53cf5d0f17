#pragma once

#include "runtime/books/rows.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace inferd {

/// One wallet's fees for the daily cap: those paid, by minute, and those of transactions under way. Follows the rows as they
/// are written, so that the question before each signature costs no query.
class DayFees {
public:
  explicit DayFees(Instant since) : since_(since) {}

  void follow(const TransactionRow&); ///< after each change of the row
  void paid(Instant at, Uallo);
  void finished(const WindowRow&); ///< a row that became final

  bool covers(Instant since) const { return since >= since_; }
  /// Paid at or after `since`, counted from the beginning of its minute, and under way; `m` included, without what it replaces.
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
