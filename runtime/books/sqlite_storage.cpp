#include "runtime/books/sqlite_storage.hpp"

#include "base/file_identity.hpp"
#include "runtime/books/columns.hpp"
#include "runtime/books/lock_file.hpp"
#include "runtime/books/schema.hpp"

#include <algorithm>
#include <utility>

namespace inferd {
namespace {

using sqlite::Query;

class SqliteStorage : public BookStorage {
public:
  explicit SqliteStorage(const std::string& path) : lock_(path), db_(path, sqlite::Database::Mode::write) {
    prepare_books(db_);
    books_ = identity_of(path);
    wal_ = identity_of(path + "-wal");
  }

  /// Writes into a removed file succeed and are lost with the process.
  std::string trouble() const override {
    const auto& path = db_.path();
    if (identity_of(path) == books_ && (!wal_ || identity_of(path + "-wal") == wal_)) return {};
    return "the books " + path + " were removed or replaced while they were in use: put them in place, then restart inferd";
  }

  void begin() override { begin(true); }
  void begin_deferred() override { begin(false); }
  void commit() override { Query(db_, "COMMIT").step(); }
  void rollback() noexcept override {
    try { // SQLite rolls back by itself after some errors
      if (db_.in_transaction()) db_.run("ROLLBACK");
    } catch (const std::exception&) {
    }
  }

  std::optional<WindowRow> window(const WindowKey& key) override {
    Query q(db_, select_window_);
    bind(q, key);
    if (!q.step()) return std::nullopt;
    return sqlite::read<WindowRow>(q);
  }
  std::vector<TransactionRow> transactions(const WindowKey& key) override {
    Query q(db_, select_transactions_);
    bind(q, key);
    return all<TransactionRow>(q);
  }
  void put(const WindowRow& row) override { sqlite::write(db_, put_window_, row); }
  void put(const TransactionRow& row) override { sqlite::write(db_, put_transaction_, row); }

  std::vector<WindowRow> unfinished(const Wallet& wallet) override {
    Query q(db_, select_unfinished_);
    q.bind(1, wallet.address);
    return all<WindowRow>(q);
  }
  std::vector<TransactionRow> registrations(const Wallet& wallet) override {
    Query q(db_, select_registrations_);
    q.bind(1, wallet.address);
    return all<TransactionRow>(q);
  }
  std::vector<GasMemory> gas(const Wallet& wallet) override {
    // Loose index scan: the newest confirmed window of each topic, without reading the whole table.
    Query q(
      db_,
      "WITH RECURSIVE topics(topic) AS (SELECT min(topic) FROM windows WHERE wallet = ?1 UNION ALL "
      "SELECT (SELECT min(topic) FROM windows WHERE wallet = ?1 AND topic > t.topic) FROM topics t WHERE t.topic IS NOT NULL) "
      "SELECT topic, (SELECT gas_used FROM windows WHERE wallet = ?1 AND topic = t.topic AND status = 'confirmed' "
      "AND gas_used > 0 ORDER BY nonce DESC LIMIT 1) AS gas FROM topics t WHERE gas > 0 ORDER BY topic");
    q.bind(1, wallet.address);
    std::vector<GasMemory> answer;
    while (q.step())
      answer.push_back({TopicId{static_cast<std::uint64_t>(q.integer(0))}, Gas{static_cast<std::uint64_t>(q.integer(1))}});
    return answer;
  }
  void begin_watch(const Wallet& wallet, TopicId topic, Height since) override {
    if (newest_proof(wallet, topic) > 0) return;
    const auto first = first_row(wallet, topic);
    Query q(db_, "INSERT INTO watched (wallet, topic, since) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING");
    q.bind(1, wallet.address).bind(2, static_cast<std::int64_t>(topic.value));
    q.bind(3, first > 1 ? std::min(since.value, first - 1) : since.value);
    q.step();
  }
  Height last_nonce(const Wallet& wallet, TopicId topic) override {
    if (const auto last = newest_proof(wallet, topic); last > 0) return Height{last};
    return Height{std::max<std::int64_t>(0, first_row(wallet, topic) - 1)};
  }
  BookSums sums(const Wallet& wallet) override {
    BookSums s;
    Query windows(db_, "SELECT status, count(*), max(nonce) FROM windows WHERE wallet = ? GROUP BY status");
    windows.bind(1, wallet.address);
    while (windows.step()) {
      Status status{};
      sqlite::read_value(windows, 0, status, "status");
      s.windows[status] = static_cast<std::uint64_t>(windows.integer(1));
      s.last_nonce = std::max(s.last_nonce, Height{windows.integer(2)});
    }
    // Sums of 128 bits are not SQLite's.
    Query fees(db_, "SELECT fee FROM windows INDEXED BY windows_paid WHERE wallet = ?1 AND fee <> '0' "
                    "UNION ALL SELECT paid FROM transactions WHERE wallet = ?1 AND nonce = 0 AND paid <> '0'");
    fees.bind(1, wallet.address);
    for (Uallo fee; fees.step(); s.fees += fee) sqlite::read_value(fees, 0, fee, "fee");
    Query rewarded(db_, "SELECT reward FROM windows INDEXED BY windows_rewarded WHERE wallet = ? AND reward <> ''");
    rewarded.bind(1, wallet.address);
    while (rewarded.step()) s.rewards.add({rewarded.text(0)});
    return s;
  }
  std::vector<TopicId> topics(const Wallet& wallet) override {
    std::vector<TopicId> all;
    for (std::int64_t topic = -1;;) { // a loose index scan
      Query next(db_, "SELECT coalesce(min(topic), -1) FROM windows WHERE wallet = ? AND topic > ?");
      next.bind(1, wallet.address).bind(2, topic);
      topic = next.step() ? next.integer(0) : -1;
      if (topic < 0) return all;
      all.push_back(TopicId{static_cast<std::uint64_t>(topic)});
    }
  }
  void read_results(const Wallet& wallet, TopicResultsReader& reader) override {
    Query q(db_, "SELECT nonce, status, reason, opened_at, claimed_at, done_at, \"values\" FROM windows "
                 "WHERE wallet = ?1 AND topic = ?2 ORDER BY nonce DESC LIMIT ?3");
    q.bind(1, wallet.address).bind(2, static_cast<std::int64_t>(reader.topic().value));
    q.bind(3, static_cast<std::int64_t>(TopicResultsReader::most_rows));
    WindowRow row;
    do {
      if (!q.step()) return;
      sqlite::read_value(q, 0, row.nonce, "nonce");
      sqlite::read_value(q, 1, row.status, "status");
      sqlite::read_value(q, 2, row.reason, "reason");
      sqlite::read_value(q, 3, row.opened_at, "opened_at");
      sqlite::read_value(q, 4, row.claimed_at, "claimed_at");
      sqlite::read_value(q, 5, row.done_at, "done_at");
      if (reader.wants_values()) sqlite::read_value(q, 6, row.values, "values");
    } while (reader.add(row));
  }
  std::vector<std::pair<Instant, Uallo>> paid_since(const Wallet& wallet, Instant since) override {
    Query q(
      db_,
      "SELECT done_at, fee FROM windows INDEXED BY windows_paid WHERE wallet = ?1 AND done_at >= ?2 AND fee <> '0' "
      "UNION ALL SELECT done_at, paid FROM transactions WHERE wallet = ?1 AND nonce = 0 AND done_at >= ?2 AND paid <> '0'");
    q.bind(1, wallet.address).bind(2, since.value);
    std::vector<std::pair<Instant, Uallo>> paid;
    while (q.step()) sqlite::read_value(q, 1, paid.emplace_back(Instant{q.integer(0)}, Uallo{}).second, "fee");
    return paid;
  }

  std::optional<PredictionRow> prediction(const WindowKey& key, const std::string& version) override {
    Query q(db_, select_prediction_);
    bind(q, key);
    q.bind(4, version);
    if (!q.step()) return std::nullopt;
    return sqlite::read<PredictionRow>(q);
  }
  std::vector<PredictionRow> unscored(const Wallet& wallet, TopicId topic, const std::string& source, Instant candle,
                                      std::size_t most) override {
    Query q(db_, select_unscored_);
    q.bind(1, wallet.address).bind(2, static_cast<std::int64_t>(topic.value)).bind(3, source).bind(4, candle.value);
    q.bind(5, static_cast<std::int64_t>(most));
    return all<PredictionRow>(q);
  }
  std::vector<PredictionRow> scored(const Wallet& wallet, TopicId topic, Height after, std::size_t most) override {
    Query q(db_, select_scored_);
    q.bind(1, wallet.address).bind(2, static_cast<std::int64_t>(topic.value)).bind(3, after.value);
    q.bind(4, static_cast<std::int64_t>(most));
    auto rows = all<PredictionRow>(q);
    std::reverse(rows.begin(), rows.end());
    return rows;
  }
  std::vector<ModelRow> models(const Wallet& wallet, TopicId topic) override {
    Query q(db_, select_models_);
    q.bind(1, wallet.address).bind(2, static_cast<std::int64_t>(topic.value));
    return all<ModelRow>(q);
  }
  std::optional<SwapRow> last_swap(const Wallet& wallet, TopicId topic) override {
    Query q(db_, select_swap_);
    q.bind(1, wallet.address).bind(2, static_cast<std::int64_t>(topic.value));
    if (!q.step()) return std::nullopt;
    return sqlite::read<SwapRow>(q);
  }
  void put(const PredictionRow& row) override { sqlite::write(db_, put_prediction_, row); }
  void put(const ModelRow& row) override { sqlite::write(db_, put_model_, row); }
  std::vector<PredictorStateRow> predictor_state(const Wallet& wallet, TopicId topic) override {
    Query q(db_, select_predictor_state_);
    q.bind(1, wallet.address).bind(2, static_cast<std::int64_t>(topic.value));
    return all<PredictorStateRow>(q);
  }
  void put(const SwapRow& row) override { sqlite::write(db_, put_swap_, row); }
  void put(const PredictorStateRow& row) override { sqlite::write(db_, put_predictor_state_, row); }
  void forget(const Wallet& wallet, TopicId topic, const std::string& source, Instant candle) override {
    Query q(db_, "DELETE FROM predictor_states WHERE wallet = ?1 AND topic = ?2 AND nonce > 0 "
                 "AND (?4 = 0 OR (source = ?3 AND candle = ?4))");
    q.bind(1, wallet.address).bind(2, static_cast<std::int64_t>(topic.value)).bind(3, source).bind(4, candle.value).step();
  }

private:
  void begin(bool durable) {
    if (auto why = trouble(); !why.empty()) throw StoreFailure(why);
    if (durable != durable_) db_.run(durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    durable_ = durable;
    Query(db_, "BEGIN IMMEDIATE").step();
  }
  /// The newest window up to which none lacks a row, or where the watch began; 0: neither. An opened or gap-filling `missed`
  /// row is proof, as it is written with all between it and the one before; a claim ahead of the opening or an outcome alone is
  /// not.
  std::int64_t newest_proof(const Wallet& wallet, TopicId topic) {
    Query q(db_, "SELECT max(coalesce((SELECT max(nonce) FROM windows WHERE wallet = ?1 AND topic = ?2 "
                 "AND (opened_at > 0 OR (status = 'missed' AND claimed_at = 0 AND closes > 0))), 0), "
                 "coalesce((SELECT since FROM watched WHERE wallet = ?1 AND topic = ?2), 0))");
    q.bind(1, wallet.address).bind(2, static_cast<std::int64_t>(topic.value));
    return q.step() ? q.integer(0) : 0;
  }
  std::int64_t first_row(const Wallet& wallet, TopicId topic) {
    Query q(db_, "SELECT coalesce(min(nonce), 0) FROM windows WHERE wallet = ?1 AND topic = ?2");
    q.bind(1, wallet.address).bind(2, static_cast<std::int64_t>(topic.value));
    return q.step() ? q.integer(0) : 0;
  }
  static void bind(Query& q, const WindowKey& key) {
    q.bind(1, key.wallet.address).bind(2, static_cast<std::int64_t>(key.topic.value)).bind(3, key.nonce.value);
  }
  template <class Row> static std::vector<Row> all(Query& q) {
    std::vector<Row> rows;
    while (q.step()) rows.push_back(sqlite::read<Row>(q));
    return rows;
  }
  template <class Row> static std::string select(const std::string& table, const std::string& rest) {
    return "SELECT " + sqlite::columns<Row>() + " FROM " + table + " WHERE " + rest;
  }

  LockFile lock_; // constructed first, destroyed last
  sqlite::Database db_;
  const std::string select_window_ = select<WindowRow>("windows", "wallet = ? AND topic = ? AND nonce = ?");
  const std::string select_unfinished_ =
    select<WindowRow>("windows INDEXED BY windows_unfinished", "wallet = ? AND done_at = 0 ORDER BY nonce, topic");
  const std::string select_transactions_ =
    select<TransactionRow>("transactions", "wallet = ? AND topic = ? AND nonce = ? ORDER BY number");
  const std::string select_registrations_ = select<TransactionRow>(
    "transactions", "wallet = ? AND nonce = 0 AND status IN ('stored', 'sent', 'uncertain') ORDER BY topic, number");
  const std::string put_window_ = sqlite::upsert<WindowRow>("windows", "wallet, topic, nonce");
  const std::string put_transaction_ = sqlite::upsert<TransactionRow>("transactions", "hash");
  const std::string select_prediction_ =
    select<PredictionRow>("predictions", "wallet = ? AND topic = ? AND nonce = ? AND version = ?");
  const std::string select_unscored_ =
    select<PredictionRow>("predictions INDEXED BY predictions_unscored",
                          "wallet = ?1 AND topic = ?2 AND scored_at = 0 AND \"values\" <> '' "
                          "AND (?4 = 0 OR (source = ?3 AND candle = ?4)) ORDER BY nonce, version LIMIT ?5");
  const std::string select_scored_ = select<PredictionRow>(
    "predictions", "wallet = ? AND topic = ? AND nonce > ? AND truth <> '' ORDER BY nonce DESC, version DESC LIMIT ?");
  const std::string select_models_ = select<ModelRow>("models", "wallet = ? AND topic = ? ORDER BY at, version");
  const std::string select_swap_ = select<SwapRow>("swaps", "wallet = ? AND topic = ? ORDER BY number DESC LIMIT 1");
  const std::string select_predictor_state_ =
    select<PredictorStateRow>("predictor_states", "wallet = ? AND topic = ? ORDER BY nonce");
  const std::string put_predictor_state_ = sqlite::upsert<PredictorStateRow>("predictor_states", "wallet, topic, nonce");
  const std::string put_prediction_ = sqlite::upsert<PredictionRow>("predictions", "wallet, topic, nonce, version");
  const std::string put_model_ = sqlite::upsert<ModelRow>("models", "wallet, topic, version");
  const std::string put_swap_ = sqlite::upsert<SwapRow>("swaps", "wallet, topic, number");
  bool durable_ = true;                     ///< synchronous=FULL
  std::optional<FileIdentity> books_, wal_; ///< of the file and its write-ahead log, as opened
};

} // namespace

std::unique_ptr<BookStorage> open_sqlite_storage(const std::string& path) { return std::make_unique<SqliteStorage>(path); }

} // namespace inferd
