#pragma once

#include "runtime/books/books.hpp"

#include <vector>

namespace inferd {

class MemoryStorage;

/// The books in memory, for tests: the same rules, with injected write failures and loss of unsynced data.
class MemoryBooks : public Books {
public:
  enum class Fault {
    refused, ///< nothing is written: disk full
    unsure   ///< written, but reported as failed: an error in fsync
  };

  MemoryBooks();
  ~MemoryBooks() override;

  /// The next `n` transactions with changes fail.
  void fail_next(unsigned n, Fault = Fault::refused);

  /// From now on a commit is durable only after the next sync().
  void sync_by_hand();
  void sync();
  /// Power loss: reverts to the last sync.
  void drop_unsynced();

  std::vector<WindowRow> windows() const; ///< ordered by wallet, topic, nonce
  std::vector<TransactionRow> transactions() const;
  unsigned commits() const; ///< successful transactions with changes

private:
  explicit MemoryBooks(std::unique_ptr<MemoryStorage>);
  MemoryStorage& memory_;
};

} // namespace inferd
