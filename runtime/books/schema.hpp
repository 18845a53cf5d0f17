#pragma once

#include "runtime/books/sqlite.hpp"

namespace inferd {

/// The schema version this program writes, in PRAGMA user_version. 0: a new file.
inline constexpr std::int64_t books_version = 6;

/// Creates the tables in a new file, migrates older books, and sets WAL and synchronous=FULL. Throws StoreFailure for a foreign
/// database or books of a newer inferd.
void prepare_books(sqlite::Database&);

/// For readers: throws StoreFailure unless these are books of a version this program reads.
void check_books_version(sqlite::Database&);

} // namespace inferd
