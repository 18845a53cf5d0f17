#pragma once

#include "runtime/books/books.hpp"

#include <functional>
#include <string>

namespace inferd {

class Views;

/// The books in a SQLite file: WAL and synchronous=FULL, so a call that returned survives a crash and a power loss (deferred
/// transactions: a crash only). One process writes; others may read (BooksReader). Outlives restarts of the ledger actor.
class SqliteBooks : public Books {
public:
  struct Options {
    /// Folder of submission_log.csv and latest_submission.json; empty: that of the books.
    std::string views_dir;
    bool views = true;
    /// Called when a view cannot be written, once per view until it works again. The books are not affected.
    std::function<void(const std::string&)> warn;
  };

  /// Creates the file and its folder if missing. Throws StoreFailure, one sentence that names the file: in use by another
  /// process, not books, books of a newer inferd, not writable.
  explicit SqliteBooks(const std::string& path) : SqliteBooks(path, Options{}) {}
  SqliteBooks(const std::string& path, Options);
  ~SqliteBooks() override;

private:
  void finished(const std::vector<WindowRow>&) override;

  std::unique_ptr<Views> views_;
};

} // namespace inferd
