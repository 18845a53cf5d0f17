#pragma once

#include "runtime/books/books.hpp"

#include <vector>

namespace inferd {

class MemoryStorage;

/// The books of a test: the same rules, no file, and a disk that can be made to fail and to forget.
class MemoryBooks : public Books {
public:
  /// How a write fails.
  enum class Fault {
    refused, ///< nothing is written: disk full
    unsure   ///< written, but reported as failed: an error while syncing
  };

  MemoryBooks();
  ~MemoryBooks() override;

  /// The next `n` transactions that change something fail.
  void fail_next(unsigned n, Fault = Fault::refused);

  /// From now on a commit is durable only with the next sync(): a disk that lies about having written.
  void sync_by_hand();
  void sync();
  /// The machine lost power: what was not synced is gone.
  void drop_unsynced();

  std::vector<WindowRow> windows() const; ///< by wallet, topic, nonce
  std::vector<TransactionRow> transactions() const;
  unsigned commits() const; ///< transactions that changed something and succeeded

private:
  explicit MemoryBooks(std::unique_ptr<MemoryStorage>);
  MemoryStorage& memory_;
};

} // namespace inferd
