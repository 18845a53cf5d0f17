#pragma once

#include "runtime/books/decimal_sum.hpp"
#include "runtime/books/rows.hpp"
#include "runtime/books/topic_results.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace inferd {

/// Over all windows and registrations of a wallet.
struct BookSums {
  std::map<Status, std::uint64_t> windows;
  Height last_nonce;
  Uallo fees;
  DecimalSum rewards;
};

/// Stores the books' rows: SQLite, or memory in tests. Enforces the schema only. Every call may throw StoreFailure.
class BookStorage {
public:
  virtual ~BookStorage() = default;

  virtual std::string trouble() const { return {}; } ///< StorePort::trouble

  virtual void begin() = 0;
  virtual void begin_deferred() { begin(); } ///< the commit may return before it is durable
  virtual void commit() = 0;                 ///< durable when it returns; call rollback when it throws
  virtual void rollback() noexcept = 0;

  virtual std::optional<WindowRow> window(const WindowKey&) = 0;
  virtual std::vector<TransactionRow> transactions(const WindowKey&) = 0; ///< in signing order
  virtual void put(const WindowRow&) = 0;
  virtual void put(const TransactionRow&) = 0;

  virtual std::vector<WindowRow> unfinished(const Wallet&) = 0;         ///< rows whose status is not final
  virtual std::vector<TransactionRow> registrations(const Wallet&) = 0; ///< those under way
  virtual std::vector<GasMemory> gas(const Wallet&) = 0;
  virtual void begin_watch(const Wallet&, TopicId, Height since) = 0; ///< see WatchBegun
  virtual Height last_nonce(const Wallet&, TopicId) = 0;
  virtual BookSums sums(const Wallet&) = 0; ///< reads every row: RunningTotals asks once
  virtual std::vector<TopicId> topics(const Wallet&) = 0;
  /// Adds the topic's rows, the newest first, until the reader wants no more.
  virtual void read_results(const Wallet&, TopicResultsReader&) = 0;
  /// Fees of final windows and of registrations, with the time of their end.
  virtual std::vector<std::pair<Instant, Uallo>> paid_since(const Wallet&, Instant) = 0;

  virtual std::optional<PredictionRow> prediction(const WindowKey&, const std::string& version) = 0;
  /// Neither truth nor a reason for having none; the oldest `most`, in the order of their nonces. `candle` 0: of any source and
  /// candle.
  virtual std::vector<PredictionRow> unscored(const Wallet&, TopicId, const std::string& source, Instant candle,
                                              std::size_t most) = 0;
  /// With a truth, of windows after `after`; the newest `most`, in the order of their nonces.
  virtual std::vector<PredictionRow> scored(const Wallet&, TopicId, Height after, std::size_t most) = 0;
  virtual std::vector<ModelRow> models(const Wallet&, TopicId) = 0;
  virtual std::optional<SwapRow> last_swap(const Wallet&, TopicId) = 0;
  virtual std::vector<PredictorStateRow> predictor_state(const Wallet&, TopicId) = 0; ///< in the order of their nonces
  virtual void put(const PredictionRow&) = 0;
  virtual void put(const ModelRow&) = 0;
  virtual void put(const SwapRow&) = 0;
  virtual void put(const PredictorStateRow&) = 0;
  /// The rows of windows with this source and candle; candle 0: of all windows.
  virtual void forget(const Wallet&, TopicId, const std::string& source, Instant candle) = 0;
};

} // namespace inferd
