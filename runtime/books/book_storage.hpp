#pragma once

#include "messages/supervision.hpp"
#include "runtime/books/rows.hpp"

#include <optional>
#include <vector>

namespace inferd {

/// Where the rows lie: SQLite, or memory in tests. Knows no rule but the schema's. Every call may throw StoreFailure.
class BookStorage {
public:
  virtual ~BookStorage() = default;

  virtual void begin() = 0;
  virtual void begin_deferred() { begin(); } ///< the commit need not wait for the disk
  virtual void commit() = 0;                 ///< durable when it returns; when it throws, call rollback
  virtual void rollback() noexcept = 0;

  virtual std::optional<WindowRow> window(const WindowKey&) = 0;
  virtual std::vector<TransactionRow> transactions(const WindowKey&) = 0; ///< in the order of signing
  virtual void put(const WindowRow&) = 0;
  virtual void put(const TransactionRow&) = 0;

  virtual std::vector<WindowRow> unfinished(const Wallet&) = 0;         ///< status not final
  virtual std::vector<TransactionRow> registrations(const Wallet&) = 0; ///< under way
  virtual std::vector<GasMemory> gas(const Wallet&) = 0;
  virtual Height last_nonce(const Wallet&, TopicId) = 0;
  virtual BooksSummary summary(const Wallet&) = 0;
};

} // namespace inferd
