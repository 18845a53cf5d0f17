#pragma once

#include "runtime/books/sqlite.hpp"

namespace inferd {

/// The version this program writes, as PRAGMA user_version. 0: a new file.
inline constexpr std::int64_t books_version = 1;

/// Makes the tables in a new file, brings older books up to date, and sets how SQLite writes: WAL, synchronous=FULL.
/// StoreFailure: a database of something else, or books of a newer inferd.
void prepare_books(sqlite::Database&);

/// For readers: StoreFailure unless these are books of a version this program reads.
void check_books_version(sqlite::Database&);

} // namespace inferd
