#include "runtime/daemon/open_books.hpp"

namespace inferd {

std::shared_ptr<SqliteBooks> open_books(const std::string& path, const Wallet& wallet, Instant now,
                                        std::shared_ptr<Logger> log) {
  auto books = std::make_shared<SqliteBooks>(
    path, SqliteBooks::Options{.views_dir = {}, .warn = [log](const std::string& line) { log->warn(line); }});
  try {
    books->summary(wallet, now);
  } catch (const StoreFailure& e) { // damaged rows: the ledger says so too, and may still take claims
    log->warn(e.what());
  }
  return books;
}

} // namespace inferd
