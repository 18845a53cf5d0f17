#define BOOST_TEST_MODULE opening_books
// Opening files that are foreign, damaged, in use or truncated.
#include "runtime/books/lock_file.hpp"
#include "runtime/books/schema.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/books/sqlite_books.hpp"
#include "tests/books/books_fixture.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <functional>
#include <set>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace inferd;
using namespace inferd::test;
namespace fs = std::filesystem;

namespace {

std::string error_of(const std::function<void()>& act) {
  try {
    act();
  } catch (const StoreFailure& e) {
    return e.what();
  }
  return "none";
}
bool says(const std::string& sentence, const std::string& part) { return sentence.find(part) != sentence.npos; }

void write(const std::string& path, const std::string& text) { std::ofstream(path, std::ios::binary) << text; }
std::string read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The path of books of an older version with one claimed window. `drop`: what that version did not have.
std::string older_books(const Scratch& scratch, int version, const std::vector<std::string>& drop) {
  const auto path = scratch / "books.db";
  {
    SqliteBooks books(path);
    books.claim(claim(130));
  }
  sqlite::Database db(path, sqlite::Database::Mode::write);
  if (version < 6) db.run("ALTER TABLE predictions DROP COLUMN past; ALTER TABLE windows DROP COLUMN combined_at");
  for (const auto& table : drop) db.run(("DROP TABLE " + table).c_str());
  db.run(("PRAGMA user_version = " + std::to_string(version)).c_str());
  return path;
}

/// The state of the books as text.
std::string state(SqliteBooks& books) {
  std::string out;
  const auto u = books.unresolved(wallet);
  for (const auto& w : u.windows) {
    out += std::to_string(w.prediction.nonce.value) + " " + boost::describe::enum_to_string(w.status, "?");
    for (const auto& a : w.attempts) out += " " + a.hash.hex;
    out += "\n";
  }
  const auto s = books.summary(wallet, Instant{});
  return out + std::to_string(s.windows) + "/" + std::to_string(s.confirmed) + "/" + std::to_string(s.unfinished);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_second_process_with_the_same_books_is_refused_by_name) {
  Scratch scratch;
  const auto path = scratch / "books.db";
  SqliteBooks first(path);
  const auto sentence = error_of([&] { SqliteBooks second(path); });
  BOOST_TEST(says(sentence, path));
  BOOST_TEST(says(sentence, "in use by another inferd (process " + std::to_string(::getpid()) + ")"));
}

BOOST_AUTO_TEST_CASE(a_link_to_the_books_is_the_same_books) {
  Scratch scratch;
  SqliteBooks first(scratch / "books.db");
  fs::create_symlink(scratch / "books.db", scratch / "link.db");
  BOOST_TEST(says(error_of([&] { SqliteBooks second(scratch / "link.db"); }), "in use by another inferd"));
}

BOOST_AUTO_TEST_CASE(a_killed_process_leaves_no_lock_behind) {
  Scratch scratch;
  const auto path = scratch / "books.db";
  int ready[2];
  BOOST_REQUIRE(::pipe(ready) == 0);
  const auto child = ::fork();
  if (child == 0) {
    SqliteBooks books(path);
    books.claim(claim(100));
    (void)!::write(ready[1], "x", 1);
    ::pause();
    ::_exit(0);
  }
  char x;
  BOOST_REQUIRE(::read(ready[0], &x, 1) == 1);
  BOOST_TEST(says(error_of([&] { SqliteBooks books(path); }), "(process " + std::to_string(child) + ")"));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  SqliteBooks books(path);
  BOOST_TEST((books.unresolved(wallet).windows.at(0).prediction == prediction(100)));
}

BOOST_AUTO_TEST_CASE(the_folder_is_made_when_it_is_not_there) {
  Scratch scratch;
  SqliteBooks books(scratch / "a/b/books.db");
  BOOST_TEST(fs::exists(scratch / "a/b/books.db"));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_database_is_refused_and_left_alone) {
  Scratch scratch;
  const auto path = scratch / "books.db";
  const std::string text(5000, 'x');
  write(path, text);
  for (const auto& sentence : {error_of([&] { SqliteBooks b(path); }), error_of([&] { BooksReader r(path); })}) {
    BOOST_TEST(says(sentence, path));
    BOOST_TEST(says(sentence, "not a SQLite database"));
  }
  BOOST_TEST(read(path) == text);
}

BOOST_AUTO_TEST_CASE(a_database_of_something_else_is_refused_and_left_alone) {
  Scratch scratch;
  const auto path = scratch / "other.db";
  sqlite::Database(path, sqlite::Database::Mode::write).run("CREATE TABLE songs (title TEXT); PRAGMA user_version = 1");
  const auto before = read(path);
  BOOST_TEST(says(error_of([&] { SqliteBooks b(path); }), "of something else"));
  BOOST_TEST(says(error_of([&] { BooksReader r(path); }), "of something else"));
  BOOST_TEST(read(path) == before);
}

BOOST_AUTO_TEST_CASE(books_of_a_newer_inferd_are_refused_with_both_versions) {
  Scratch scratch;
  const auto path = scratch / "books.db";
  { SqliteBooks books(path); }
  sqlite::Database(path, sqlite::Database::Mode::write).run("PRAGMA user_version = 7");
  const auto sentence = error_of([&] { SqliteBooks b(path); });
  BOOST_TEST(says(sentence, "version 7"));
  BOOST_TEST(says(sentence, "up to 6"));
}

BOOST_AUTO_TEST_CASE(books_of_version_2_are_migrated_and_begin_with_their_first_row) {
  Scratch scratch;
  const auto path = older_books(scratch, 2, {"watched", "predictions", "models", "swaps", "predictor_states"});
  BooksReader reader(path); // an older file is read as it is
  std::size_t rows = 0;
  reader.each({}, [&](const WindowRow&) { ++rows; });
  BOOST_TEST(rows == 1u);
  SqliteBooks books(path);
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{129}));
  books.write(wallet, WatchBegun{topic, Height{500}});
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{129}));
}

BOOST_AUTO_TEST_CASE(books_of_version_3_are_migrated_with_every_row_and_take_models) {
  Scratch scratch;
  const auto path = older_books(scratch, 3, {"predictions", "models", "swaps", "predictor_states"});
  BOOST_TEST(BooksReader(path).models({}).empty()); // an older file is read as having none
  BOOST_TEST(BooksReader(path).swaps({}).empty());
  BOOST_TEST(BooksReader(path).predictions(topic, 10).empty());
  SqliteBooks books(path);
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{129}));
  books.write(wallet, BookModels{topic, {{{"a", "aaaaaa"}, ModelRole::live, "", "", ""}}, "", 0, {}, at(0)});
  books.write(
    wallet,
    BookPrediction{topic, Height{130}, {"a", "aaaaaa"}, ModelRole::live, "csv", at(0), 1, {{"", "0.5"}}, "digest", {}, at(0)});
  BOOST_TEST(BooksReader(path).models(topic).size() == 1u);
  BOOST_TEST(BooksReader(path).predictions(topic, 10).size() == 1u);
}

BOOST_AUTO_TEST_CASE(books_of_version_4_get_the_state_of_predictors) {
  const Scratch scratch;
  const auto path = older_books(scratch, 4, {"predictor_states"});
  SqliteBooks books(path);
  BOOST_TEST(books.unresolved(wallet).windows.size() == 1u);
  BOOST_TEST(!books.predictor_state(wallet, {67}).has_value());
  const BookPredictorState m{{67}, {Height{9}, {"0.03"}, Instant{70'000}}, {}, true, {}, {}, {}, {}};
  books.write(wallet, m);
  BOOST_TEST((books.predictor_state(wallet, {67}) == m));
}

BOOST_AUTO_TEST_CASE(books_of_version_5_are_read_and_get_the_past_of_volatilities) {
  const Scratch scratch;
  const auto path = older_books(scratch, 5, {});
  const BookModels listed{topic, {{{"a", "aaaaaa"}, ModelRole::live, "", "", ""}}, "", 0, {}, at(0)};
  const auto predicted = [](std::int64_t nonce) {
    return BookPrediction{topic, Height{nonce}, {"a", "aaaaaa"}, ModelRole::live, "csv", at(nonce), 1, {{"", "0.5"}}, "digest",
                          {},    at(0)};
  };
  {
    sqlite::Database db(path, sqlite::Database::Mode::write);
    db.run(("INSERT INTO models VALUES ('" + wallet.address + "', " + std::to_string(topic.value) +
            ", 'aaaaaa', 'a', 'live', '', '', '', 0, '', 0)")
             .c_str());
    db.run(("INSERT INTO predictions VALUES ('" + wallet.address + "', " + std::to_string(topic.value) +
            ", 120, 'aaaaaa', 'a', 'live', 'csv', 7, '1', '', 'd', '', 0, '0.4', '', 9)")
             .c_str());
  }
  const auto before = BooksReader(path).predictions(topic, 10);
  BOOST_REQUIRE(before.size() == 1u);
  BOOST_TEST(before[0].truth.text == "0.4");
  BOOST_TEST(before[0].past.text.empty());
  SqliteBooks books(path);
  books.write(wallet, listed);
  books.write(wallet, predicted(130));
  books.write(wallet, BookTruth{topic, "csv", at(130), {"0.6"}, {}, at(200), {"0.55"}});
  const auto after = BooksReader(path).predictions(topic, 10);
  BOOST_REQUIRE(after.size() == 2u);
  BOOST_TEST((after[0] == before[0]));
  BOOST_TEST(after[1].past.text == "0.55");
}

BOOST_AUTO_TEST_CASE(books_of_version_1_are_read_and_then_migrated_with_every_row) {
  Scratch scratch;
  const auto path = scratch / "books.db";
  {
    sqlite::Database old(path, sqlite::Database::Mode::write);
    old.run(read(INFERD_SOURCE_DIR "/tests/books/books_v1.sql").c_str());
  }
  const Wallet owner{[&] {
    sqlite::Database db(path, sqlite::Database::Mode::read);
    sqlite::Query q(db, "SELECT wallet FROM windows");
    BOOST_REQUIRE(q.step());
    return q.text(0);
  }()};
  const auto fees = [&] {
    std::string out;
    BooksReader(path).each({}, [&](const WindowRow& row) {
      out += std::to_string(row.nonce.value) + " " + boost::describe::enum_to_string(row.status, "?") + " " +
             to_digits(row.fee.value) + " " + std::to_string(row.gas_used.value) + "\n";
    });
    return out;
  };
  BOOST_TEST(fees() == "10 confirmed 255957 145160\n20 confirmed 283062 145160\n"); // by a reader, before any writer
  sqlite::Database(path, sqlite::Database::Mode::write)
    .run("UPDATE windows SET fee = -2 WHERE nonce = 20"); // 2^64 - 2 by its bit pattern
  {
    SqliteBooks books(path, {.views = false});
    BOOST_TEST(fees() == "10 confirmed 255957 145160\n20 confirmed 18446744073709551614 145160\n");
    BOOST_TEST((books.summary(owner, Instant{}).fees == Uallo{Uint128{255'957} + 18'446'744'073'709'551'614u + 390'000}));
    BOOST_TEST(books.unresolved(owner).gas.size() == 1u);
    BOOST_TEST((books.last_nonce(owner, TopicId{1}) == Height{20}));
    BOOST_TEST(BooksReader(path).problems().empty());
  }
  sqlite::Database fresh(scratch / "new.db", sqlite::Database::Mode::write), migrated(path, sqlite::Database::Mode::read);
  prepare_books(fresh);
  const auto schema = [](sqlite::Database& db) {
    std::string out;
    sqlite::Query q(db, "SELECT type, name, sql FROM sqlite_schema ORDER BY name");
    while (q.step()) out += q.text(0) + " " + q.text(1) + " " + q.text(2) + "\n";
    return out;
  };
  BOOST_TEST(schema(migrated) == schema(fresh));
  SqliteBooks again(path, {.views = false}); // nothing left to migrate
}

BOOST_AUTO_TEST_CASE(a_reader_of_books_that_are_not_there_makes_no_file) {
  Scratch scratch;
  BOOST_TEST(says(error_of([&] { BooksReader r(scratch / "books.db"); }), "No such file"));
  BOOST_TEST(!fs::exists(scratch / "books.db"));
}

BOOST_AUTO_TEST_CASE(closed_books_can_be_read_without_write_permission) {
  Scratch scratch;
  const auto path = scratch / "why?#100%.db";
  { SqliteBooks(path, {.views = false}).write(wallet, opening(100)); }
  fs::permissions(scratch.dir(), fs::perms(0555));
  fs::permissions(path, fs::perms(0444));
  const auto child = ::fork();
  if (child == 0) {
    if (::getuid() == 0 && ::setuid(65534) != 0) ::_exit(2);
    int rows = 0;
    try {
      BooksReader(path).each({}, [&](const WindowRow&) { ++rows; });
    } catch (const std::exception& e) {
      std::fputs(e.what(), stderr);
    }
    ::_exit(rows == 1 ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  fs::permissions(scratch.dir(), fs::perms(0755));
  BOOST_TEST(status == 0);
}

BOOST_AUTO_TEST_CASE(a_folder_in_place_of_the_file_is_named) {
  Scratch scratch;
  fs::create_directory(scratch / "books.db");
  BOOST_TEST(says(error_of([&] { SqliteBooks b(scratch / "books.db"); }), scratch / "books.db"));
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_a_clear_failure_with_nothing_changed_and_over_when_there_is_room) {
  Scratch scratch;
  const auto path = scratch / "books.db";
  SqliteBooks books(path, {.views = false});
  books.write(wallet, opening(100));
  const auto before = state(books);
  // RLIMIT_FSIZE makes writes beyond it fail as on a full disk.
  ::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  ::getrlimit(RLIMIT_FSIZE, &limit);
  auto tight = limit;
  tight.rlim_cur = fs::file_size(path + "-wal");
  ::setrlimit(RLIMIT_FSIZE, &tight);
  const auto sentence = error_of([&] { books.claim(claim(100)); });
  const auto again = error_of([&] { books.claim(claim(100)); });
  const auto during = state(books);
  ::setrlimit(RLIMIT_FSIZE, &limit);
  BOOST_TEST(says(sentence, path));
  BOOST_TEST(says(sentence, "cannot be"));
  BOOST_TEST(again == sentence);
  BOOST_TEST(during == before);
  BOOST_TEST(std::holds_alternative<Granted>(books.claim(claim(100))));
}

BOOST_AUTO_TEST_CASE(a_database_without_room_says_that_the_disk_is_full) {
  Scratch scratch;
  sqlite::Database db(scratch / "full.db", sqlite::Database::Mode::write);
  db.run("CREATE TABLE t (x TEXT)");
  db.number("PRAGMA max_page_count = 2");
  const auto sentence = error_of([&] { db.run("INSERT INTO t VALUES (hex(zeroblob(100000)))"); });
  BOOST_TEST(says(sentence, "the disk is full"));
}

// kill -9 and power loss: the WAL truncated at any byte opens to the state after some prefix of the steps.
BOOST_AUTO_TEST_CASE(wherever_the_log_is_cut_the_books_open_as_some_step_left_them) {
  Scratch scratch;
  const auto path = scratch / "books.db";
  std::vector<std::string> states;
  std::vector<std::uintmax_t> sizes;
  {
    SqliteBooks books(path, {.views = false});
    const auto step = [&](const std::function<void()>& act) {
      act();
      states.push_back(state(books));
      sizes.push_back(fs::file_size(path + "-wal"));
    };
    step([&] { books.write(wallet, opening(100)); });
    step([&] { books.claim(claim(100)); });
    step([&] { books.write(wallet, storing(100, "a")); });
    step([&] { books.write(wallet, marking(100, "a", Status::uncertain)); });
    step([&] { books.write(wallet, storing(100, "b", signed_tx("a").hash)); });
    step([&] { books.write(wallet, outcome(100, Status::confirmed, "b")); });
    fs::copy(path, scratch / "cut.db");
    fs::copy(path + "-wal", scratch / "cut.db-wal");
  }
  const auto wal = read(scratch / "cut.db-wal");
  const auto db = read(scratch / "cut.db");
  std::set<std::string> reached;
  for (std::size_t cut = sizes.front(); cut <= wal.size(); cut += 509) {
    write(scratch / "cut.db", db);
    write(scratch / "cut.db-wal", wal.substr(0, cut));
    fs::remove(scratch / "cut.db-shm");
    SqliteBooks books(scratch / "cut.db", {.views = false});
    const auto now = state(books);
    BOOST_REQUIRE_MESSAGE(std::find(states.begin(), states.end(), now) != states.end(), "cut at " << cut << ": " << now);
    // Every transaction that returned before the cut is there.
    for (std::size_t i = 0; i < sizes.size(); ++i)
      if (sizes[i] <= cut && (i + 1 == sizes.size() || sizes[i + 1] > cut)) BOOST_TEST(now == states[i]);
    reached.insert(now);
  }
  BOOST_TEST(reached.size() >= 5u);
}

BOOST_AUTO_TEST_CASE(a_torn_page_in_the_log_ends_it_there) {
  Scratch scratch;
  const auto path = scratch / "books.db";
  std::vector<std::string> states;
  {
    SqliteBooks books(path, {.views = false});
    books.write(wallet, opening(100));
    states.push_back(state(books));
    books.claim(claim(100));
    states.push_back(state(books));
    books.write(wallet, storing(100, "a"));
    states.push_back(state(books));
    fs::copy(path, scratch / "torn.db");
    fs::copy(path + "-wal", scratch / "torn.db-wal");
  }
  const auto wal = read(scratch / "torn.db-wal");
  const auto db = read(scratch / "torn.db");
  for (std::size_t at = wal.size() / 2; at < wal.size(); at += 997) {
    auto torn = wal;
    torn[at] = static_cast<char>(torn[at] ^ 0x55);
    write(scratch / "torn.db", db);
    write(scratch / "torn.db-wal", torn);
    fs::remove(scratch / "torn.db-shm");
    std::string now;
    const auto sentence = error_of([&] {
      SqliteBooks books(scratch / "torn.db", {.views = false});
      now = state(books);
    });
    // Before the schema is complete the books are new; there is no state in between.
    const bool known = std::find(states.begin(), states.end(), now) != states.end() || now == "0/0/0";
    BOOST_REQUIRE_MESSAGE(sentence == "none" && known, "torn at " << at << ": " << sentence << " " << now);
  }
}
