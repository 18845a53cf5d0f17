#pragma once

#include "runtime/books/rows.hpp"
#include "runtime/books/sqlite.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

/// Read-only, also while a daemon writes: sees a consistent state and does not block the writer.
class BooksReader {
public:
  struct Filter {
    std::optional<TopicId> topic;
    std::optional<Status> status;
    Height since; ///< lowest nonce
    bool only_final = false;
    Instant ended_since;    ///< windows that ended at it or later, and those that have not ended
    std::size_t newest = 0; ///< only that many of the newest rows; 0: all
  };

  /// Throws StoreFailure, one sentence: no such file, not books, books of a newer inferd, damaged.
  explicit BooksReader(const std::string& path);

  void each(const Filter&, const std::function<void(const WindowRow&)>&);

  /// The transactions that registered the wallet in a topic, oldest first. They have no window.
  std::vector<TransactionRow> registrations(std::optional<TopicId>);

  /// Every version of every topic's models, by topic and then as they were first seen; empty: older books have none.
  std::vector<ModelRow> models(std::optional<TopicId>);
  /// The swaps of the live model, oldest first.
  std::vector<SwapRow> swaps(std::optional<TopicId>);
  /// The predictions of a topic in the order of their nonces, the newest `most`.
  std::vector<PredictionRow> predictions(TopicId, std::size_t most);
  /// What the candles said of these windows: of the live model's prediction, else of a shadow's. Absent: not known.
  std::map<WindowKey, Decimal> truths(const std::vector<WindowKey>&);

  /// Every inconsistency in the file, one sentence each, at most limits::books_problems: SQLite's integrity check, duplicate
  /// rows, hashes against stored bytes, windows against their transactions. Empty when there is none.
  std::vector<std::string> problems();

private:
  std::vector<std::string> wallets(); ///< of windows

  sqlite::Database db_;
};

} // namespace inferd
