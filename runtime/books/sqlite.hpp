#pragma once
// RAII over SQLite's C API. StoreFailure for operational errors (disk full, read-only, locked, damaged), std::logic_error for
// programming errors (bad SQL, constraint violations).

#include "runtime/ports/store_port.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace inferd::sqlite {

class Database {
public:
  enum class Mode {
    write,    ///< creates the file if it is missing
    read,     ///< concurrently with a writer
    immutable ///< `immutable=1`: no writer, no WAL; for a folder without write permission
  };

  /// Does no I/O on the database: SQLite opens it with the first statement.
  Database(std::string path, Mode);

  /// One or more statements without a result.
  void run(const char* sql);
  /// First column of the first row; 0 when there is none.
  std::int64_t number(const char* sql);
  bool in_transaction() const;
  const std::string& path() const { return path_; }

private:
  friend class Query;
  struct Close {
    void operator()(sqlite3*) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt*) const;
  };
  [[noreturn]] void fail(int code) const;
  sqlite3_stmt* prepared(std::string_view sql);

  std::string path_;
  std::unique_ptr<sqlite3, Close> db_;
  std::map<std::string, std::unique_ptr<sqlite3_stmt, Finalize>, std::less<>> statements_; ///< destroyed before the database
};

/// One execution of a cached prepared statement. Parameters count from 1, columns from 0.
class Query {
public:
  Query(Database&, std::string_view sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& bind(int at, std::int64_t);
  Query& bind(int at, std::string_view); ///< must outlive the query
  bool step();                           ///< true: there is a row
  std::int64_t integer(int column) const;
  std::string text(int column) const;

private:
  Database& db_;
  sqlite3_stmt* statement_;
};

} // namespace inferd::sqlite
