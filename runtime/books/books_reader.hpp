#pragma once

#include "runtime/books/rows.hpp"
#include "runtime/books/sqlite.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

/// The books of a daemon that may be running, read only: sees a consistent state and holds nobody up.
class BooksReader {
public:
  struct Wanted {
    std::optional<TopicId> topic;
    std::optional<Status> status;
    Height since; ///< nonces from here on
    bool only_final = false;
    std::size_t newest = 0; ///< only so many; 0: all
  };

  /// StoreFailure, in one sentence: no such file, not books, books of a newer inferd, damaged.
  explicit BooksReader(const std::string& path);

  /// Oldest first.
  void each(const Wanted&, const std::function<void(const WindowRow&)>&);

  /// Everything that is wrong in the file, one sentence each, at most limits::books_problems: SQLite's own check, the schema's
  /// uniqueness, hashes against the stored bytes, windows against their transactions. Empty: all is well.
  std::vector<std::string> problems();

private:
  sqlite::Database db_;
};

} // namespace inferd
