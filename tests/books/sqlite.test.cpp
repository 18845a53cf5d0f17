#define BOOST_TEST_MODULE sqlite_books
#include "runtime/books/columns.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/books/sqlite_books.hpp"
#include "tests/books/books_fixture.hpp"

#include <boost/describe.hpp>
#include <boost/mp11.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <functional>

struct Fixture {
  inferd::test::Scratch scratch;
  std::string path = scratch / "books.db";
  inferd::SqliteBooks books{path, {.views = false}};

  std::vector<inferd::WindowRow> windows() {
    std::vector<inferd::WindowRow> rows;
    inferd::BooksReader(path).each({}, [&](const auto& row) { rows.push_back(row); });
    return rows;
  }
  std::vector<inferd::TransactionRow> transactions() {
    inferd::sqlite::Database db(path, inferd::sqlite::Database::Mode::read);
    inferd::sqlite::Query q(db, "SELECT " + inferd::sqlite::columns<inferd::TransactionRow>() + " FROM transactions");
    std::vector<inferd::TransactionRow> rows;
    while (q.step()) rows.push_back(inferd::sqlite::read<inferd::TransactionRow>(q));
    return rows;
  }
};

#include "tests/books/books_rules.hpp"
#include "tests/books/books_totals_rules.hpp"
#include "tests/books/books_models_rules.hpp"

BOOST_AUTO_TEST_CASE(books_opened_again_hold_what_they_held) {
  Scratch scratch;
  {
    SqliteBooks books(scratch / "books.db");
    books.write(wallet, opening(100));
    books.claim(claim(100));
    books.write(wallet, storing(100, "a"));
  }
  SqliteBooks books(scratch / "books.db");
  BOOST_TEST((books.unresolved(wallet).windows.at(0).attempts.at(0) == signed_tx("a")));
  BOOST_TEST((books.last_nonce(wallet, topic) == Height{100}));
}

BOOST_AUTO_TEST_CASE(the_schema_itself_allows_one_confirmed_transaction_a_window) {
  Scratch scratch;
  SqliteBooks books(scratch / "books.db");
  books.claim(claim(100));
  books.write(wallet, storing(100, "a"));
  books.write(wallet, storing(100, "b"));
  sqlite::Database raw(scratch / "books.db", sqlite::Database::Mode::write);
  raw.run("UPDATE transactions SET status = 'confirmed' WHERE number = 1");
  BOOST_CHECK_THROW(raw.run("UPDATE transactions SET status = 'confirmed' WHERE number = 2"), std::logic_error);
}

BOOST_AUTO_TEST_CASE(the_schema_itself_ties_the_end_to_a_final_status) {
  Scratch scratch;
  SqliteBooks books(scratch / "books.db");
  books.write(wallet, opening(100));
  sqlite::Database raw(scratch / "books.db", sqlite::Database::Mode::write);
  BOOST_CHECK_THROW(raw.run("UPDATE windows SET status = 'missed'"), std::logic_error);
  BOOST_CHECK_THROW(raw.run("UPDATE windows SET done_at = 5"), std::logic_error);
  BOOST_CHECK_THROW(raw.run("UPDATE windows SET status = 'done', done_at = 5"), std::logic_error);
}

BOOST_AUTO_TEST_CASE(the_schema_accepts_every_status_and_no_other_text) {
  Scratch scratch;
  SqliteBooks books(scratch / "books.db");
  books.claim(claim(100));
  books.write(wallet, storing(100, "a"));
  sqlite::Database raw(scratch / "books.db", sqlite::Database::Mode::write);
  const auto put = [&](const char* table, const std::string& status, bool ended) {
    raw.run(("UPDATE " + std::string(table) + " SET status = '" + status + "', done_at = " + (ended ? "5" : "0")).c_str());
  };
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Status>>([&](auto status) {
    put("windows", status.name, is_final(status.value));
    BOOST_CHECK_THROW(put("windows", status.name, !is_final(status.value)), std::logic_error);
  });
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<TxStatus>>(
    [&](auto status) { put("transactions", status.name, true); });
  BOOST_CHECK_THROW(put("windows", "done", true), std::logic_error);
  BOOST_CHECK_THROW(put("transactions", "done", true), std::logic_error);
}

BOOST_AUTO_TEST_CASE(columns_are_exactly_the_described_members) {
  Scratch scratch;
  SqliteBooks books(scratch / "books.db");
  sqlite::Database raw(scratch / "books.db", sqlite::Database::Mode::read);
  const auto names = [&](const char* table) {
    std::string out;
    sqlite::Query q(raw, "SELECT name FROM pragma_table_info(?) ORDER BY cid");
    q.bind(1, std::string_view(table));
    while (q.step()) out += (out.empty() ? "\"" : ", \"") + q.text(0) + "\"";
    return out;
  };
  BOOST_TEST(names("windows") == sqlite::columns<WindowRow>());
  BOOST_TEST(names("transactions") == sqlite::columns<TransactionRow>());
}

BOOST_AUTO_TEST_CASE(resuming_looks_at_unfinished_rows_only) {
  Scratch scratch;
  SqliteBooks books(scratch / "books.db");
  sqlite::Database raw(scratch / "books.db", sqlite::Database::Mode::read);
  sqlite::Query plan(
    raw, "EXPLAIN QUERY PLAN SELECT * FROM windows INDEXED BY windows_unfinished WHERE wallet = 'w' AND done_at = 0");
  BOOST_REQUIRE(plan.step()); // an error if the index cannot be used
  BOOST_TEST(plan.text(3).find("windows_unfinished") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_reader_sees_the_books_of_a_running_writer_and_never_half_a_burst) {
  Scratch scratch;
  SqliteBooks books(scratch / "books.db");
  BooksReader reader(scratch / "books.db");
  const auto rows = [&] {
    std::size_t n = 0;
    reader.each({}, [&](const auto&) { ++n; });
    return n;
  };
  books.transaction([&] {
    books.write(wallet, opening(100));
    books.write(wallet, opening(110));
    BOOST_TEST(rows() == 0u);
  });
  BOOST_TEST(rows() == 2u);
}

BOOST_AUTO_TEST_CASE(a_reader_chooses_by_topic_status_and_age) {
  Scratch scratch;
  SqliteBooks books(scratch / "books.db");
  for (const auto nonce : {100, 130, 160}) books.write(wallet, SkippedWindow{{topic, Height{nonce}, "x"}, at(nonce)});
  books.write(wallet, WindowOpened{TopicId{68}, Height{145}, Height{160}, "event", at(1)});
  const auto nonces = [&](BooksReader::Filter wanted) {
    std::vector<std::int64_t> out;
    BooksReader(scratch / "books.db").each(wanted, [&](const auto& row) { out.push_back(row.nonce.value); });
    return out;
  };
  using List = std::vector<std::int64_t>;
  BOOST_TEST((nonces({}) == List{100, 130, 145, 160}));
  BOOST_TEST((nonces({.topic = TopicId{68}}) == List{145}));
  BOOST_TEST((nonces({.status = Status::skipped}) == List{100, 130, 160}));
  BOOST_TEST((nonces({.newest = 2}) == List{145, 160}));
  BOOST_TEST((nonces({.since = Height{131}, .only_final = true}) == List{160}));
  for (const auto nonce : {130, 140}) // of another wallet
    books.write(Wallet{"allo1another"}, SkippedWindow{{topic, Height{nonce}, "x"}, at(nonce)});
  BOOST_TEST((nonces({.topic = topic}) == List{100, 130, 130, 140, 160}));
  BOOST_TEST((nonces({.topic = topic, .since = Height{131}}) == List{140, 160}));
  BOOST_TEST((nonces({.topic = topic, .ended_since = at(140)}) == List{140, 160}));
  BOOST_TEST((nonces({.topic = topic, .status = Status::missed}) == List{}));
  BOOST_TEST((nonces({.topic = TopicId{68}, .status = Status::open}) == List{145}));
  BOOST_TEST((nonces({.topic = TopicId{69}}) == List{}));
  BOOST_TEST((nonces({.topic = topic, .newest = 3}) == List{130, 140, 160}));
  BOOST_TEST((nonces({.topic = topic, .newest = 9}) == List{100, 130, 130, 140, 160}));
  BOOST_TEST((nonces({.topic = topic, .since = Height{131}, .newest = 9}) == List{140, 160}));
  BOOST_TEST((nonces({.topic = TopicId{68}, .newest = 1}) == List{145}));
  BOOST_TEST((nonces({.topic = TopicId{68}, .status = Status::skipped, .newest = 1}) == List{}));
  BOOST_TEST((nonces({.topic = TopicId{69}, .newest = 1}) == List{}));
}

BOOST_AUTO_TEST_CASE(a_reader_takes_the_newest_predictions_in_order_of_all_wallets) {
  const Scratch scratch;
  const auto path = scratch / "books.db";
  SqliteBooks books(path, {.views = false});
  const ModelId model{"a.json", "aaaaaaaaaaaa"};
  for (const auto& [owner, nonces] :
       {std::pair{wallet, std::vector{100, 120, 140}}, std::pair{Wallet{"allo1another"}, std::vector{110, 130}}}) {
    books.write(owner, BookModels{topic, {{model, ModelRole::live, "built-in", "", "configuration"}}, "price", 1, {}, at(0)});
    for (const auto nonce : nonces)
      books.write(
        owner, BookPrediction{topic, {nonce}, model, ModelRole::live, "csv", at(nonce), 1, {{"", "0.5"}}, "", {}, at(nonce)});
  }
  std::vector<std::int64_t> found;
  for (const auto& row : BooksReader(path).predictions(topic, 4)) found.push_back(row.nonce.value);
  BOOST_TEST(found == (std::vector<std::int64_t>{110, 120, 130, 140}), boost::test_tools::per_element());
  BOOST_TEST(BooksReader(path).predictions({topic.value + 1}, 4).empty());
}

BOOST_AUTO_TEST_CASE(a_reader_finds_the_truth_of_a_window_by_its_live_model_or_a_shadow) {
  const Scratch scratch;
  const auto path = scratch / "books.db";
  SqliteBooks books(path, {.views = false});
  const auto predict = [&](std::int64_t nonce, const char* version, ModelRole role, const char* source, const char* truth) {
    books.write(
      wallet, BookPrediction{topic, {nonce}, {version, version}, role, source, at(nonce), 1, {{"", "0.5"}}, "", {}, at(nonce)});
    if (*truth) books.write(wallet, BookTruth{topic, source, at(nonce), {truth}, {}, at(nonce + 9)});
  };
  predict(100, "aa", ModelRole::live, "csv", "0.1");
  predict(100, "bb", ModelRole::shadow, "other", "0.9");
  predict(120, "aa", ModelRole::live, "csv", "");
  predict(120, "bb", ModelRole::shadow, "other", "0.3");
  predict(140, "aa", ModelRole::live, "csv", "");
  const auto key = [](std::int64_t nonce) { return WindowKey{wallet, topic, {nonce}}; };
  auto truths = BooksReader(path).truths({key(100), key(120), key(140), key(160)});
  BOOST_TEST(truths.size() == 2u);
  BOOST_TEST(truths[key(100)].text == "0.1");
  BOOST_TEST(truths[key(120)].text == "0.3");
}

// The daemon wrote on into the removed file and called itself healthy; all of it was gone with the process.
BOOST_AUTO_TEST_CASE(books_removed_or_replaced_under_their_writer_take_nothing_more) {
  namespace fs = std::filesystem;
  const std::pair<std::string, std::function<void(const Scratch&)>> cases[] = {
    {"removed", [](const Scratch& s) { fs::remove(s / "run/books.db"); }},
    {"log removed", [](const Scratch& s) { fs::remove(s / "run/books.db-wal"); }},
    {"folder moved", [](const Scratch& s) { fs::rename(s / "run", s / "old"); }},
    {"folder removed", [](const Scratch& s) { fs::remove_all(s / "run"); }},
    {"replaced by a copy",
     [](const Scratch& s) {
       fs::copy_file(s / "run/books.db", s / "copy");
       fs::rename(s / "copy", s / "run/books.db");
     }},
    {"replaced by others",
     [](const Scratch& s) {
       { SqliteBooks others(s / "others.db", {.views = false}); }
       fs::rename(s / "others.db", s / "run/books.db");
     }},
  };
  for (const auto& [name, strike] : cases) BOOST_TEST_CONTEXT(name) {
      Scratch scratch;
      SqliteBooks books(scratch / "run/books.db", {.views = false});
      books.write(wallet, opening(100));
      BOOST_TEST(books.trouble() == "");
      strike(scratch);
      BOOST_TEST(books.trouble().find("removed or replaced") != std::string::npos, books.trouble());
      BOOST_CHECK_THROW(books.claim(claim(100)), StoreFailure);
      BOOST_CHECK_THROW(books.write(wallet, opening(120)), StoreFailure);
      BOOST_CHECK_THROW(books.transaction([] {}), StoreFailure);
    }
}

BOOST_AUTO_TEST_CASE(books_that_are_put_back_or_grow_are_the_same) {
  namespace fs = std::filesystem;
  Scratch scratch;
  const auto path = scratch / "books.db";
  SqliteBooks books(path, {.views = false});
  books.write(wallet, opening(100));
  fs::rename(path, scratch / "elsewhere.db");
  BOOST_CHECK_THROW(books.claim(claim(100)), StoreFailure);
  fs::rename(scratch / "elsewhere.db", path);
  BOOST_TEST(std::holds_alternative<Granted>(books.claim(claim(100))));
  for (std::int64_t nonce = 200; nonce < 8'000; nonce += 20) books.write(wallet, opening(nonce)); // many checkpoints
  { BooksReader reader(path); }
  BOOST_TEST(books.trouble() == "");
}

BOOST_AUTO_TEST_CASE(the_schema_itself_allows_one_live_model_a_topic) {
  Scratch scratch;
  SqliteBooks books(scratch / "books.db");
  books.write(wallet,
              BookModels{topic,
                         {{{"a", "aaaaaa"}, ModelRole::live, "", "", ""}, {{"b", "bbbbbb"}, ModelRole::shadow, "", "", ""}},
                         "",
                         0,
                         {},
                         at(0)});
  sqlite::Database raw(scratch / "books.db", sqlite::Database::Mode::write);
  BOOST_CHECK_THROW(raw.run("UPDATE models SET role = 'live'"), std::logic_error);
}
