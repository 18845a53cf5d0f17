// The checks of `inferd ledger verify`.

#include "runtime/books/columns.hpp"
#include "runtime/books/digest.hpp"
#include "runtime/books/books_reader.hpp"
#include "messages/limits.hpp"

#include <fmt/format.h>

namespace inferd {
namespace {

using sqlite::Query;

std::string place(const WindowKey& key) {
  return fmt::format("window wallet={} topic={} nonce={}", key.wallet.address, key.topic.value, key.nonce.value);
}

template <class Enum> const char* name(Enum e) { return boost::describe::enum_to_string(e, "?"); }

/// The chain held this wallet's answer without naming its transaction; the row then has a reason.
bool is_unnamed(Status status, const std::string& reason) { return status == Status::confirmed && !reason.empty(); }

/// Keeps the first limits::books_problems.
class Found {
public:
  bool full() const { return all.size() >= limits::books_problems; }
  void add(std::string sentence) {
    if (!full()) all.push_back(std::move(sentence));
  }
  std::vector<std::string> all;
};

void check_file(sqlite::Database& db, Found& found) {
  Query q(db, "PRAGMA integrity_check(100)");
  while (q.step())
    if (const auto line = q.text(0); line != "ok") found.add("the file: " + line);
  for (const auto* index : {"one_confirmed_a_window", "transactions_by_window"}) {
    Query there(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name = ?");
    there.bind(1, std::string_view(index));
    if (!there.step() || there.integer(0) != 1)
      found.add(fmt::format("the schema: index {} is gone, nothing keeps its rows unique", index));
  }
}

void check_unique(sqlite::Database& db, Found& found) {
  Query windows(db, "SELECT wallet, topic, nonce, count(*) FROM windows NOT INDEXED GROUP BY 1, 2, 3 HAVING count(*) > 1");
  while (windows.step())
    found.add(fmt::format("window wallet={} topic={} nonce={}: {} rows", windows.text(0), windows.integer(1),
                          windows.integer(2), windows.integer(3)));
  Query paid(db, "SELECT wallet, topic, nonce, count(*) FROM transactions NOT INDEXED WHERE status = 'confirmed' AND nonce > 0 "
                 "GROUP BY 1, 2, 3 HAVING count(*) > 1");
  while (paid.step())
    found.add(fmt::format("window wallet={} topic={} nonce={}: {} confirmed transactions", paid.text(0), paid.integer(1),
                          paid.integer(2), paid.integer(3)));
}

void check_transactions(sqlite::Database& db, Found& found) {
  Query q(db, "SELECT " + sqlite::columns<TransactionRow>() + " FROM transactions ORDER BY nonce, topic, number");
  while (q.step() && !found.full()) {
    const auto tx = sqlite::read<TransactionRow>(q);
    const auto hash = hash_of(tx.bytes);
    if (!hash) found.add(fmt::format("transaction {}: its bytes are not base64", tx.hash.hex));
    else if (*hash != tx.hash) found.add(fmt::format("transaction {}: its bytes have the hash {}", tx.hash.hex, hash->hex));
    if (tx.nonce.value == 0) continue;
    Query w(db, "SELECT status, reason FROM windows WHERE wallet = ? AND topic = ? AND nonce = ?");
    w.bind(1, tx.wallet.address).bind(2, static_cast<std::int64_t>(tx.topic.value)).bind(3, tx.nonce.value);
    if (!w.step()) {
      found.add(fmt::format("transaction {}: {} has no row", tx.hash.hex, place(tx.key())));
      continue;
    }
    Status status{};
    sqlite::read_value(w, 0, status, "status");
    const bool unnamed = is_unnamed(status, w.text(1));
    if (tx.status == TxStatus::confirmed && status != Status::confirmed)
      found.add(fmt::format("{}: {}, but its transaction {} is confirmed", place(tx.key()), name(status), tx.hash.hex));
    if (is_under_way(tx.status) && is_final(status) && !unnamed)
      found.add(
        fmt::format("{}: {}, but its transaction {} is still {}", place(tx.key()), name(status), tx.hash.hex, name(tx.status)));
  }
}

void check_windows(sqlite::Database& db, Found& found) {
  Query q(db, "SELECT " + sqlite::columns_in<WindowRow>(db) + " FROM windows ORDER BY nonce, topic");
  while (q.step() && !found.full()) {
    const auto row = sqlite::read<WindowRow>(q);
    const bool under_way = row.status == Status::stored || row.status == Status::sent || row.status == Status::uncertain;
    if (row.tx_hash.hex.empty()) {
      if (under_way) found.add(fmt::format("{}: {}, but without a transaction", place(row.key()), name(row.status)));
      if (row.status == Status::confirmed && row.reason.empty())
        found.add(fmt::format("{}: confirmed, but without a transaction or a reason", place(row.key())));
      continue;
    }
    Query t(db, "SELECT status FROM transactions WHERE hash = ? AND wallet = ? AND topic = ? AND nonce = ?");
    t.bind(1, row.tx_hash.hex)
      .bind(2, row.wallet.address)
      .bind(3, static_cast<std::int64_t>(row.topic.value))
      .bind(4, row.nonce.value);
    if (!t.step()) {
      found.add(fmt::format("{}: its transaction {} is not in the books", place(row.key()), row.tx_hash.hex));
      continue;
    }
    TxStatus status{};
    sqlite::read_value(t, 0, status, "status");
    if (row.status == Status::confirmed && status != TxStatus::confirmed && !is_unnamed(row.status, row.reason))
      found.add(fmt::format("{}: confirmed, but its transaction {} is {}", place(row.key()), row.tx_hash.hex, name(status)));
    if (under_way && !is_under_way(status))
      found.add(
        fmt::format("{}: {}, but its transaction {} is {}", place(row.key()), name(row.status), row.tx_hash.hex, name(status)));
  }
}

} // namespace

std::vector<std::string> BooksReader::problems() {
  Found found;
  db_.run("BEGIN"); // one snapshot, also while a daemon writes
  try {
    check_file(db_, found);
    check_unique(db_, found);
    check_transactions(db_, found);
    check_windows(db_, found);
  } catch (const StoreFailure& e) { // too damaged to read further
    found.add(e.what());
  }
  if (db_.in_transaction()) db_.run("ROLLBACK");
  return found.all;
}

} // namespace inferd
