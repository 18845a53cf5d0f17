#pragma once

#include "base/file_identity.hpp"
#include "runtime/books/books_reader.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace inferd {

/// A BooksReader that stays open between questions, as opening one costs as much as reading fifty rows. Opened anew when
/// another file is at the path. Thread-safe; one question at a time.
class PersistentReader {
public:
  explicit PersistentReader(std::string path) : path_(std::move(path)) {}

  /// The result of `question(BooksReader&)`. Throws what it throws, and what opening throws.
  template <class Question> auto ask(Question question) {
    const std::lock_guard lock(mutex_);
    const auto found = identity_of(path_);
    if (!found || found != file_) reader_.reset();
    if (!reader_) reader_.emplace(path_);
    file_ = found;
    try {
      return question(*reader_);
    } catch (...) {
      reader_.reset();
      throw;
    }
  }

private:
  const std::string path_;
  std::mutex mutex_;
  std::optional<FileIdentity> file_; ///< that reader_ has open
  std::optional<BooksReader> reader_;
};

} // namespace inferd
