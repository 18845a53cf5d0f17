#include "runtime/books/sqlite.hpp"

#include <sqlite3.h>
#include <stdexcept>
#include <utility>

namespace inferd::sqlite {
namespace {

/// Busy timeout, for a lock held by another process such as a sqlite3 shell.
constexpr int busy_timeout_ms = 2'000;

std::string sentence(const std::string& path, int code, const char* detail) {
  switch (code & 0xff) {
    case SQLITE_NOTADB: return "the books " + path + " are not a SQLite database, or are damaged";
    case SQLITE_CORRUPT: return "the books " + path + " are damaged (" + detail + "); `inferd ledger verify` shows where";
    case SQLITE_FULL: return "the books " + path + " cannot be written: the disk is full";
    case SQLITE_READONLY: return "the books " + path + " cannot be written: read-only (" + detail + ")";
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return "the books " + path + " are locked by another program";
    case SQLITE_CANTOPEN: return "the books " + path + " cannot be opened (" + detail + ")";
    default: return "the books " + path + " cannot be read or written (" + detail + ")";
  }
}

std::string immutable_uri(const std::string& path) {
  std::string uri = "file:";
  for (const char c : path) {
    if (c == '%' || c == '?' || c == '#') uri += c == '%' ? "%25" : c == '?' ? "%3f" : "%23";
    else uri += c;
  }
  return uri + "?immutable=1";
}

} // namespace

void Database::Close::operator()(sqlite3* db) const { sqlite3_close_v2(db); }
void Database::Finalize::operator()(sqlite3_stmt* s) const { sqlite3_finalize(s); }

Database::Database(std::string path, Mode mode) : path_(std::move(path)) {
  const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                    (mode == Mode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
  sqlite3* db = nullptr;
  const int code = mode == Mode::immutable
                     ? sqlite3_open_v2(immutable_uri(path_).c_str(), &db, flags | SQLITE_OPEN_URI, nullptr)
                     : sqlite3_open_v2(path_.c_str(), &db, flags, nullptr);
  db_.reset(db);
  if (code != SQLITE_OK) fail(code);
  sqlite3_busy_timeout(db, busy_timeout_ms);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_QPSG, 1,
                    nullptr); // no replanning for new parameter values
}

void Database::fail(int code) const {
  const char* detail = db_ ? sqlite3_errmsg(db_.get()) : sqlite3_errstr(code);
  switch (code & 0xff) {
    case SQLITE_ERROR:
    case SQLITE_MISUSE:
    case SQLITE_RANGE:
    case SQLITE_MISMATCH:
    case SQLITE_CONSTRAINT: throw std::logic_error("books " + path_ + ": " + detail);
    default: throw StoreFailure(sentence(path_, code, detail));
  }
}

void Database::run(const char* sql) {
  if (const int code = sqlite3_exec(db_.get(), sql, nullptr, nullptr, nullptr); code != SQLITE_OK) fail(code);
}

std::int64_t Database::number(const char* sql) {
  Query q(*this, sql);
  return q.step() ? q.integer(0) : 0;
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(db_.get()) == 0; }

sqlite3_stmt* Database::prepared(std::string_view sql) {
  if (const auto it = statements_.find(sql); it != statements_.end()) return it->second.get();
  sqlite3_stmt* s = nullptr;
  const int code =
    sqlite3_prepare_v3(db_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &s, nullptr);
  if (code != SQLITE_OK) fail(code);
  return statements_.emplace(sql, s).first->second.get();
}

Query::Query(Database& db, std::string_view sql) : db_(db), statement_(db.prepared(sql)) {}

Query::~Query() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Query& Query::bind(int at, std::int64_t x) {
  if (const int code = sqlite3_bind_int64(statement_, at, x); code != SQLITE_OK) db_.fail(code);
  return *this;
}

Query& Query::bind(int at, std::string_view x) {
  const int code = sqlite3_bind_text(statement_, at, x.data() ? x.data() : "", static_cast<int>(x.size()), SQLITE_STATIC);
  if (code != SQLITE_OK) db_.fail(code);
  return *this;
}

bool Query::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) db_.fail(code);
  return false;
}

std::int64_t Query::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Query::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))) : std::string();
}

} // namespace inferd::sqlite
