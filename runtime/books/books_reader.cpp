#include "runtime/books/books_reader.hpp"

#include "runtime/books/columns.hpp"
#include "runtime/books/files.hpp"
#include "runtime/books/schema.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <tuple>
#include <unistd.h>

namespace inferd {
namespace {

/// SQLite's message for a missing file lacks errno.
const std::string& readable(const std::string& path) {
  if (::access(path.c_str(), R_OK) != 0) throw StoreFailure("the books " + path + " cannot be read: " + std::strerror(errno));
  return path;
}

/// A reader of a WAL database needs its -shm file and may have to create it. Without permission for that, and without a WAL,
/// the file is opened as immutable.
sqlite::Database open_for_reading(const std::string& path) {
  using sqlite::Database;
  Database db(readable(path), Database::Mode::read);
  try {
    db.number("PRAGMA user_version");
  } catch (const StoreFailure&) {
    if (file_size_or_0(path + "-wal") > 0) throw;
    return Database(path, Database::Mode::immutable);
  }
  return db;
}

constexpr int first_wallet = 5; ///< parameters of each()

} // namespace

BooksReader::BooksReader(const std::string& path) : db_(open_for_reading(path)) { check_books_version(db_); }

void BooksReader::each(const Filter& filter, const std::function<void(const WindowRow&)>& take) {
  auto rows = "SELECT " + sqlite::columns_in<WindowRow>(db_) + " FROM windows WHERE nonce >= ?1";
  if (filter.topic) rows += " AND topic = ?2";
  if (filter.status) rows += " AND status = ?3";
  if (filter.only_final) rows += " AND done_at <> 0";
  if (filter.ended_since.value) rows += " AND (done_at = 0 OR done_at >= ?4)";
  // The newest of each query are enough to find the newest of all.
  const auto newest_of = [&](const std::string& all) {
    if (!filter.newest) return all;
    return "SELECT * FROM (" + all + " ORDER BY nonce DESC, topic DESC, wallet DESC LIMIT " + std::to_string(filter.newest) +
           ")";
  };
  std::vector<std::string> by_wallet;
  if (filter.topic) { // by the primary key: a topic's rows may be few among many of others
    by_wallet = wallets();
    if (by_wallet.empty()) return;
    std::string all;
    for (std::size_t i = 0; i < by_wallet.size(); ++i)
      all += (i ? " UNION ALL " : "") + newest_of(rows + " AND wallet = ?" + std::to_string(first_wallet + i));
    rows = std::move(all);
  }
  sqlite::Query q(db_, newest_of(rows) + " ORDER BY nonce, topic, wallet");
  q.bind(1, filter.since.value);
  if (filter.topic) q.bind(2, static_cast<std::int64_t>(filter.topic->value));
  if (filter.status) q.bind(3, std::string_view(boost::describe::enum_to_string(*filter.status, "?")));
  if (filter.ended_since.value) q.bind(4, filter.ended_since.value);
  for (std::size_t i = 0; i < by_wallet.size(); ++i) q.bind(first_wallet + static_cast<int>(i), std::string_view(by_wallet[i]));
  while (q.step()) take(sqlite::read<WindowRow>(q));
}

std::vector<std::string> BooksReader::wallets() {
  std::vector<std::string> all;
  for (std::string last;;) { // a loose index scan
    sqlite::Query q(db_, "SELECT coalesce(min(wallet), '') FROM windows WHERE wallet > ?1");
    q.bind(1, std::string_view(last));
    if (!q.step() || q.text(0).empty()) return all;
    last = all.emplace_back(q.text(0));
  }
}

std::vector<TransactionRow> BooksReader::registrations(std::optional<TopicId> topic) {
  sqlite::Query q(db_, "SELECT " + sqlite::columns<TransactionRow>() +
                         " FROM transactions WHERE nonce = 0 AND (?1 = 0 OR topic = ?1) ORDER BY stored_at, hash");
  q.bind(1, static_cast<std::int64_t>(topic.value_or(TopicId{}).value));
  std::vector<TransactionRow> rows;
  while (q.step()) rows.push_back(sqlite::read<TransactionRow>(q));
  return rows;
}

namespace {

constexpr std::int64_t first_with_models = 4; ///< version of the books

std::string of_topic(std::optional<TopicId> topic) {
  return topic ? " WHERE topic = " + std::to_string(topic->value) : std::string();
}

template <class Row> std::vector<Row> all(sqlite::Database& db, const std::string& rest) {
  std::vector<Row> rows;
  if (db.number("PRAGMA user_version") < first_with_models) return rows;
  sqlite::Query q(db, "SELECT " + sqlite::columns<Row>() + " FROM " + rest);
  while (q.step()) rows.push_back(sqlite::read<Row>(q));
  return rows;
}

} // namespace

std::vector<ModelRow> BooksReader::models(std::optional<TopicId> topic) {
  return all<ModelRow>(db_, "models" + of_topic(topic) + " ORDER BY topic, at, version");
}

std::vector<SwapRow> BooksReader::swaps(std::optional<TopicId> topic) {
  return all<SwapRow>(db_, "swaps" + of_topic(topic) + " ORDER BY topic, number");
}

std::vector<PredictionRow> BooksReader::predictions(TopicId topic, std::size_t most) {
  // Wallet by wallet, by the primary key backwards: a topic's rows may be many more than `most`.
  std::set<std::string> wallets;
  for (const auto& row : models(topic)) wallets.insert(row.wallet.address);
  std::vector<PredictionRow> rows;
  const auto columns = sqlite::columns_in<PredictionRow>(db_);
  for (const auto& wallet : wallets) {
    sqlite::Query q(db_, "SELECT " + columns +
                           " FROM predictions WHERE wallet = ?1 AND topic = ?2 ORDER BY nonce DESC, version DESC LIMIT ?3");
    q.bind(1, std::string_view(wallet));
    q.bind(2, static_cast<std::int64_t>(topic.value));
    q.bind(3, static_cast<std::int64_t>(most));
    while (q.step()) rows.push_back(sqlite::read<PredictionRow>(q));
  }
  if (wallets.size() > 1)
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.nonce > b.nonce; });
  rows.resize(std::min(rows.size(), most));
  std::reverse(rows.begin(), rows.end());
  return rows;
}

std::map<WindowKey, Decimal> BooksReader::truths(const std::vector<WindowKey>& keys) {
  std::map<WindowKey, Decimal> out;
  if (db_.number("PRAGMA user_version") < first_with_models) return out;
  db_.run("BEGIN"); // one look at the books, not one a window
  for (const auto& key : keys) {
    sqlite::Query q(db_, "SELECT max(CASE role WHEN 'live' THEN truth ELSE '' END), max(truth) FROM predictions "
                         "WHERE wallet = ?1 AND topic = ?2 AND nonce = ?3 AND truth <> ''");
    q.bind(1, std::string_view(key.wallet.address));
    q.bind(2, static_cast<std::int64_t>(key.topic.value));
    q.bind(3, key.nonce.value);
    if (!q.step()) continue;
    auto truth = q.text(0);
    if (truth.empty()) truth = q.text(1);
    if (!truth.empty()) out[key].text = std::move(truth);
  }
  db_.run("COMMIT");
  return out;
}

} // namespace inferd
