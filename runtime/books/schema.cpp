#include "runtime/books/schema.hpp"

#include <iterator>
#include <string>

namespace inferd {
namespace {

constexpr std::int64_t application_id = 0x696e6664; // "infd"

// Uniqueness is enforced by the schema: one row per window, one confirmed transaction per window. Columns are NOT NULL; 0 and
// '' mean unknown. CHECKs avoid IN (...): with more than two values SQLite builds an ephemeral table at every write, three
// quarters of the time of a row.
constexpr const char* version_1 = R"(
CREATE TABLE windows (
  wallet TEXT NOT NULL, topic INTEGER NOT NULL, nonce INTEGER NOT NULL CHECK (nonce > 0), closes INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status = 'open' OR status = 'claimed' OR status = 'stored' OR status = 'sent' OR
                              status = 'uncertain' OR status = 'confirmed' OR status = 'refused' OR status = 'missed' OR
                              status = 'skipped' OR status = 'dry_run'),
  reason TEXT NOT NULL, "values" TEXT NOT NULL, source TEXT NOT NULL, model TEXT NOT NULL, candle INTEGER NOT NULL,
  tx_hash TEXT NOT NULL, height INTEGER NOT NULL, gas_used INTEGER NOT NULL, fee INTEGER NOT NULL,
  endpoint TEXT NOT NULL, signature TEXT NOT NULL, score TEXT NOT NULL, reward TEXT NOT NULL, combined TEXT NOT NULL,
  held TEXT NOT NULL, opened_at INTEGER NOT NULL, claimed_at INTEGER NOT NULL, stored_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL, done_at INTEGER NOT NULL,
  PRIMARY KEY (wallet, topic, nonce),
  CHECK ((done_at = 0) =
         (status = 'open' OR status = 'claimed' OR status = 'stored' OR status = 'sent' OR status = 'uncertain'))
) STRICT, WITHOUT ROWID;
CREATE INDEX windows_unfinished ON windows (wallet, topic, nonce) WHERE done_at = 0;
CREATE INDEX windows_by_nonce ON windows (nonce);
CREATE INDEX windows_rewarded ON windows (wallet, reward) WHERE reward <> '';

CREATE TABLE transactions (
  hash TEXT PRIMARY KEY, wallet TEXT NOT NULL, topic INTEGER NOT NULL, nonce INTEGER NOT NULL CHECK (nonce >= 0),
  number INTEGER NOT NULL CHECK (number > 0), sequence INTEGER NOT NULL, gas INTEGER NOT NULL, fee INTEGER NOT NULL,
  timeout INTEGER NOT NULL, bytes TEXT NOT NULL CHECK (bytes <> ''), "values" TEXT NOT NULL, signature TEXT NOT NULL,
  replaces TEXT NOT NULL, why TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status = 'stored' OR status = 'sent' OR status = 'uncertain' OR status = 'confirmed' OR
                              status = 'refused' OR status = 'missed' OR status = 'dry_run' OR status = 'withdrawn'),
  endpoint TEXT NOT NULL, height INTEGER NOT NULL, paid INTEGER NOT NULL, stored_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL, done_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX transactions_by_window ON transactions (wallet, topic, nonce, number);
CREATE UNIQUE INDEX one_confirmed_a_window ON transactions (wallet, topic, nonce) WHERE status = 'confirmed' AND nonce > 0;
CREATE INDEX registrations ON transactions (wallet, topic, number) WHERE nonce = 0;
)";

// Fees of 128 bits: TEXT in digits. SQLite cannot change a column's type, so the tables are copied. Version 1 held the bit
// pattern of unsigned 64-bit numbers.
constexpr const char* version_2 = R"(
ALTER TABLE windows RENAME TO windows_1;
DROP INDEX windows_unfinished;
DROP INDEX windows_by_nonce;
DROP INDEX windows_rewarded;
CREATE TABLE windows (
  wallet TEXT NOT NULL, topic INTEGER NOT NULL, nonce INTEGER NOT NULL CHECK (nonce > 0), closes INTEGER NOT NULL,
  status TEXT NOT NULL CHECK (status = 'open' OR status = 'claimed' OR status = 'stored' OR status = 'sent' OR
                              status = 'uncertain' OR status = 'confirmed' OR status = 'refused' OR status = 'missed' OR
                              status = 'skipped' OR status = 'dry_run'),
  reason TEXT NOT NULL, "values" TEXT NOT NULL, source TEXT NOT NULL, model TEXT NOT NULL, candle INTEGER NOT NULL,
  tx_hash TEXT NOT NULL, height INTEGER NOT NULL, gas_used INTEGER NOT NULL, fee TEXT NOT NULL CHECK (fee <> ''),
  endpoint TEXT NOT NULL, signature TEXT NOT NULL, score TEXT NOT NULL, reward TEXT NOT NULL, combined TEXT NOT NULL,
  held TEXT NOT NULL, opened_at INTEGER NOT NULL, claimed_at INTEGER NOT NULL, stored_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL, done_at INTEGER NOT NULL,
  PRIMARY KEY (wallet, topic, nonce),
  CHECK ((done_at = 0) =
         (status = 'open' OR status = 'claimed' OR status = 'stored' OR status = 'sent' OR status = 'uncertain'))
) STRICT, WITHOUT ROWID;
INSERT INTO windows SELECT wallet, topic, nonce, closes, status, reason, "values", source, model, candle, tx_hash, height,
  gas_used, printf('%llu', fee), endpoint, signature, score, reward, combined, held, opened_at, claimed_at, stored_at, sent_at,
  done_at FROM windows_1;
DROP TABLE windows_1;
CREATE INDEX windows_unfinished ON windows (wallet, topic, nonce) WHERE done_at = 0;
CREATE INDEX windows_by_nonce ON windows (nonce);
CREATE INDEX windows_rewarded ON windows (wallet, reward) WHERE reward <> '';
CREATE INDEX windows_paid ON windows (wallet, done_at, fee) WHERE fee <> '0';

ALTER TABLE transactions RENAME TO transactions_1;
DROP INDEX transactions_by_window;
DROP INDEX one_confirmed_a_window;
DROP INDEX registrations;
CREATE TABLE transactions (
  hash TEXT PRIMARY KEY, wallet TEXT NOT NULL, topic INTEGER NOT NULL, nonce INTEGER NOT NULL CHECK (nonce >= 0),
  number INTEGER NOT NULL CHECK (number > 0), sequence INTEGER NOT NULL, gas INTEGER NOT NULL,
  fee TEXT NOT NULL CHECK (fee <> ''), timeout INTEGER NOT NULL, bytes TEXT NOT NULL CHECK (bytes <> ''),
  "values" TEXT NOT NULL, signature TEXT NOT NULL, replaces TEXT NOT NULL, why TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status = 'stored' OR status = 'sent' OR status = 'uncertain' OR status = 'confirmed' OR
                              status = 'refused' OR status = 'missed' OR status = 'dry_run' OR status = 'withdrawn'),
  endpoint TEXT NOT NULL, height INTEGER NOT NULL, paid TEXT NOT NULL CHECK (paid <> ''), stored_at INTEGER NOT NULL,
  sent_at INTEGER NOT NULL, done_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO transactions SELECT hash, wallet, topic, nonce, number, sequence, gas, printf('%llu', fee), timeout, bytes,
  "values", signature, replaces, why, status, endpoint, height, printf('%llu', paid), stored_at, sent_at, done_at
  FROM transactions_1;
DROP TABLE transactions_1;
CREATE UNIQUE INDEX transactions_by_window ON transactions (wallet, topic, nonce, number);
CREATE UNIQUE INDEX one_confirmed_a_window ON transactions (wallet, topic, nonce) WHERE status = 'confirmed' AND nonce > 0;
CREATE INDEX registrations ON transactions (wallet, topic, number) WHERE nonce = 0;
)";

/// Where the books of a topic begin. Those of earlier versions begin with their first row.
constexpr const char* version_3 = R"(
CREATE TABLE watched (
  wallet TEXT NOT NULL, topic INTEGER NOT NULL, since INTEGER NOT NULL CHECK (since > 0), PRIMARY KEY (wallet, topic)
) STRICT, WITHOUT ROWID;
)";

/// Several models a topic: what each of them predicted, which of them are in use, and who made which of them live.
constexpr const char* version_4 = R"(
CREATE TABLE predictions (
  wallet TEXT NOT NULL, topic INTEGER NOT NULL, nonce INTEGER NOT NULL CHECK (nonce > 0), version TEXT NOT NULL,
  name TEXT NOT NULL, role TEXT NOT NULL, source TEXT NOT NULL, candle INTEGER NOT NULL, close TEXT NOT NULL,
  "values" TEXT NOT NULL, features TEXT NOT NULL, failure TEXT NOT NULL, at INTEGER NOT NULL, truth TEXT NOT NULL,
  unscored TEXT NOT NULL, scored_at INTEGER NOT NULL, PRIMARY KEY (wallet, topic, nonce, version),
  CHECK (truth = '' OR unscored = '')
) STRICT, WITHOUT ROWID;
CREATE INDEX predictions_unscored ON predictions (wallet, topic, source, candle)
  WHERE scored_at = 0 AND "values" <> '';
CREATE TABLE models (
  wallet TEXT NOT NULL, topic INTEGER NOT NULL, version TEXT NOT NULL, name TEXT NOT NULL, role TEXT NOT NULL,
  form TEXT NOT NULL, data TEXT NOT NULL, target TEXT NOT NULL, horizon_ms INTEGER NOT NULL, "by" TEXT NOT NULL,
  at INTEGER NOT NULL, PRIMARY KEY (wallet, topic, version)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX one_live_model_a_topic ON models (wallet, topic) WHERE role = 'live';
CREATE TABLE swaps (
  wallet TEXT NOT NULL, topic INTEGER NOT NULL, number INTEGER NOT NULL CHECK (number > 0), from_name TEXT NOT NULL,
  from_version TEXT NOT NULL, to_name TEXT NOT NULL, to_version TEXT NOT NULL, configured TEXT NOT NULL,
  "after" INTEGER NOT NULL, "by" TEXT NOT NULL,
  why TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (wallet, topic, number)
) STRICT, WITHOUT ROWID;
)";

/// What predictors have learnt, as JSON; nonce 0: the topic's, else of one window.
constexpr const char* version_5 = R"(
CREATE TABLE predictor_states (
  wallet TEXT NOT NULL, topic INTEGER NOT NULL, nonce INTEGER NOT NULL, source TEXT NOT NULL, candle INTEGER NOT NULL,
  state TEXT NOT NULL, PRIMARY KEY (wallet, topic, nonce)
) STRICT, WITHOUT ROWID;
)";

/// What a volatility was before the prediction: the network grades the change from it. Since when a conclusion is known: a
/// model that has it as an input may not see it earlier.
constexpr const char* version_6 = R"(
ALTER TABLE predictions ADD COLUMN past TEXT NOT NULL DEFAULT '';
ALTER TABLE windows ADD COLUMN combined_at INTEGER NOT NULL DEFAULT 0;
)";

/// Migrations, from each version to the next.
constexpr const char* steps[] = {version_1, version_2, version_3, version_4, version_5, version_6};
static_assert(std::size(steps) == books_version);

void recognise(sqlite::Database& db, std::int64_t version) {
  if (version == 0 && db.number("SELECT count(*) FROM sqlite_schema") == 0) return; // new
  if (version == 0 || db.number("PRAGMA application_id") != application_id)
    throw StoreFailure("the books " + db.path() + " are a SQLite database of something else, not of inferd");
  if (version > books_version)
    throw StoreFailure("the books " + db.path() + " have version " + std::to_string(version) +
                       ", this inferd knows versions up to " + std::to_string(books_version) +
                       ": use the newer inferd that wrote them");
}

} // namespace

void prepare_books(sqlite::Database& db) {
  // One process, one writer, rows of half a kilobyte.
  db.run("PRAGMA cache_size = -512; PRAGMA mmap_size = 0; PRAGMA foreign_keys = OFF;");
  recognise(db, db.number("PRAGMA user_version")); // before anything is written to a foreign file
  if (sqlite::Query mode(db, "PRAGMA journal_mode = WAL"); mode.step() && mode.text(0) != "wal")
    throw StoreFailure("the books " + db.path() + " cannot use a write-ahead log: choose a local file system (ledger.path)");
  db.run("PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 4194304;");
  db.run("BEGIN IMMEDIATE");
  try {
    const auto version = db.number("PRAGMA user_version");
    for (auto v = version; v < books_version; ++v) db.run(steps[v]);
    if (version < books_version) {
      db.run(("PRAGMA application_id = " + std::to_string(application_id)).c_str());
      db.run(("PRAGMA user_version = " + std::to_string(books_version)).c_str());
    }
    db.run("COMMIT");
  } catch (...) {
    if (db.in_transaction()) db.run("ROLLBACK");
    throw;
  }
}

void check_books_version(sqlite::Database& db) {
  db.run("PRAGMA cache_size = -512");
  const auto version = db.number("PRAGMA user_version");
  recognise(db, version);
  if (version == 0) throw StoreFailure("the books " + db.path() + " are empty: inferd has not written them yet");
}

} // namespace inferd
