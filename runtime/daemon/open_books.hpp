#pragma once

#include "runtime/books/sqlite_books.hpp"
#include "runtime/log/logger.hpp"

#include <memory>
#include <string>

namespace inferd {

/// Opens the books and reads their totals: every row once, before a window can wait for the ledger. Throws StoreFailure.
std::shared_ptr<SqliteBooks> open_books(const std::string& path, const Wallet&, Instant now, std::shared_ptr<Logger> log);

} // namespace inferd
