#pragma once

#include "runtime/books/book_storage.hpp"

#include <memory>
#include <string>

namespace inferd {

/// Opens or creates the file for writing. Throws StoreFailure, see SqliteBooks.
std::unique_ptr<BookStorage> open_sqlite_storage(const std::string& path);

} // namespace inferd
