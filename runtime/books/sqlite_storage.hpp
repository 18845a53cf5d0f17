#pragma once

#include "runtime/books/book_storage.hpp"
#include "runtime/books/sqlite.hpp"

#include <memory>
#include <string>

namespace inferd {

/// Opens, or makes, the file for writing. StoreFailure: see SqliteBooks.
std::unique_ptr<BookStorage> open_sqlite_storage(const std::string& path);

/// What the books of one wallet come to. For the shelf and for readers.
BooksSummary summary_of(sqlite::Database&, const Wallet&);

} // namespace inferd
