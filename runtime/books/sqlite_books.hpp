#pragma once

#include "runtime/books/books.hpp"

#include <functional>
#include <string>

namespace inferd {

class Views;

/// The books in a SQLite file: WAL, synchronous=FULL, so what a call wrote survives the process and the machine. One process
/// writes them; others may read meanwhile (BooksReader). Outlives the ledger actor, which may be restarted over it.
class SqliteBooks : public Books {
public:
  struct Options {
    /// Where submission_log.csv and latest_submission.json are kept; empty: beside the books.
    std::string views_dir;
    bool views = true;
    /// A view could not be written: the books go on. Said once for each view until it works again.
    std::function<void(const std::string&)> warn;
  };

  /// Makes the file and its folder when they are not there. StoreFailure, in one sentence that names the file: in use by
  /// another process, not books, books of a newer inferd, not writable.
  explicit SqliteBooks(const std::string& path) : SqliteBooks(path, Options{}) {}
  SqliteBooks(const std::string& path, Options);
  ~SqliteBooks() override;

private:
  void finished(const std::vector<WindowRow>&) override;

  std::unique_ptr<Views> views_;
};

} // namespace inferd
