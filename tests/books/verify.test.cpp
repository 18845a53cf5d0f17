#define BOOST_TEST_MODULE verify
#include "runtime/books/decimal_sum.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/books/sqlite_books.hpp"
#include "tests/books/books_fixture.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>

using namespace inferd;
using namespace inferd::test;

namespace {

/// Books with one window of each kind, and raw SQL access to corrupt them.
struct CorruptibleBooks {
  Scratch scratch;
  std::string path = scratch / "books.db";
  CorruptibleBooks() {
    SqliteBooks books(path, {.views = false});
    for (const auto& [nonce, salt] : {std::pair{100, "a"}, {130, "b"}, {160, "c"}}) {
      books.write(wallet, opening(nonce));
      books.claim(claim(nonce));
      books.write(wallet, storing(nonce, salt));
      books.write(wallet, marking(nonce, salt));
    }
    books.write(wallet, outcome(100, Status::confirmed, "a"));
    books.write(wallet, outcome(130, Status::refused, "b"));
    books.write(wallet, storing(0, "r"));
    books.write(wallet, SkippedWindow{{topic, Height{190}, "x"}, at(190)});
    books.claim(claim(220));
    books.write(wallet, storing(220, "d"));
    books.write(wallet, outcome(220, Status::confirmed, {}, "the chain held this answer already"));
  }
  void tamper(const char* sql) { sqlite::Database(path, sqlite::Database::Mode::write).run(sql); }
  std::vector<std::string> problems() { return BooksReader(path).problems(); }
  bool one_about(const std::string& part) {
    const auto all = problems();
    BOOST_TEST(all.size() == 1u);
    for (const auto& p : all) BOOST_TEST_MESSAGE(p);
    return all.size() == 1 && all.front().find(part) != std::string::npos;
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(books_that_inferd_wrote_have_no_problems, CorruptibleBooks) {
  const auto found = problems();
  for (const auto& p : found) BOOST_ERROR(p);
}

BOOST_FIXTURE_TEST_CASE(bytes_that_do_not_give_their_hash_are_found, CorruptibleBooks) {
  tamper("UPDATE transactions SET bytes = 'AAAA' WHERE nonce = 160");
  BOOST_TEST(one_about("transaction " + signed_tx("c").hash.hex + ": its bytes have the hash 709E80C8"));
}

BOOST_FIXTURE_TEST_CASE(bytes_that_are_no_base64_are_found, CorruptibleBooks) {
  tamper("UPDATE transactions SET bytes = '!!' WHERE nonce = 160");
  BOOST_TEST(one_about("not base64"));
}

BOOST_AUTO_TEST_CASE(a_second_confirmed_transaction_is_found_when_the_index_is_gone) {
  CorruptibleBooks kept;
  {
    SqliteBooks books(kept.path, {.views = false});
    books.write(wallet, storing(160, "c2"));
  }
  kept.tamper("DROP INDEX one_confirmed_a_window; UPDATE transactions SET status = 'confirmed' WHERE nonce = 160");
  std::string all;
  for (const auto& p : kept.problems()) all += p + "\n";
  BOOST_TEST(all.find("index one_confirmed_a_window is gone") != all.npos);
  BOOST_TEST(all.find("nonce=160: 2 confirmed transactions") != all.npos);
}

BOOST_FIXTURE_TEST_CASE(a_status_that_its_transactions_do_not_bear_out_is_found, CorruptibleBooks) {
  tamper("UPDATE windows SET status = 'missed', done_at = 1 WHERE nonce = 160");
  BOOST_TEST(one_about("nonce=160: missed, but its transaction " + signed_tx("c").hash.hex + " is still sent"));
}

BOOST_FIXTURE_TEST_CASE(a_confirmed_transaction_of_an_unconfirmed_window_is_found, CorruptibleBooks) {
  tamper("UPDATE windows SET status = 'refused' WHERE nonce = 100");
  BOOST_TEST(one_about("nonce=100: refused, but its transaction " + signed_tx("a").hash.hex + " is confirmed"));
}

BOOST_FIXTURE_TEST_CASE(a_window_whose_transaction_is_lost_is_found, CorruptibleBooks) {
  tamper("DELETE FROM transactions WHERE nonce = 160");
  BOOST_TEST(one_about("nonce=160: its transaction " + signed_tx("c").hash.hex + " is not in the books"));
}

BOOST_FIXTURE_TEST_CASE(a_transaction_without_its_window_is_found, CorruptibleBooks) {
  tamper("DELETE FROM windows WHERE nonce = 130");
  BOOST_TEST(one_about("nonce=130 has no row"));
}

BOOST_FIXTURE_TEST_CASE(damaged_pages_are_found_and_do_not_crash, CorruptibleBooks) {
  tamper("PRAGMA wal_checkpoint(TRUNCATE)");
  const auto size = std::filesystem::file_size(path);
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  for (std::uintmax_t page = 4096; page < size; page += 4096) { // all but the first: some of them hold the schema
    file.seekp(static_cast<std::streamoff>(page));
    file.write("\x7f\x7f\x7f\x7f\x7f\x7f\x7f\x7f", 8);
  }
  file.close();
  const auto found = [&] {
    try {
      return !problems().empty();
    } catch (const StoreFailure& e) { // without a schema there is nothing to list
      return std::string(e.what()).find("are damaged") != std::string::npos;
    }
  };
  BOOST_TEST(found());
}

BOOST_AUTO_TEST_CASE(decimals_add_up_exactly) {
  const auto total = [](std::vector<std::string> texts) {
    std::vector<Decimal> terms;
    for (auto& t : texts) terms.push_back({std::move(t)});
    return sum(terms).text;
  };
  BOOST_TEST(total({}) == "0");
  BOOST_TEST(total({"0.1", "0.2"}) == "0.3");
  BOOST_TEST(total({"99.999", "0.001"}) == "100");
  BOOST_TEST(total({"1E-40", "1e+3"}) == "1000.0000000000000000000000000000000000000001");
  BOOST_TEST(total({"-5", "3.5"}) == "-1.5");
  BOOST_TEST(total({"20", "-1", "-0.5"}) == "18.5");
  BOOST_TEST(total({"-0.001", "0.001"}) == "0");
  BOOST_TEST(total({"123456789012345678901234567890", "1"}) == "123456789012345678901234567891");
}

BOOST_AUTO_TEST_CASE(what_is_no_decimal_counts_as_nothing) {
  for (const auto* text : {"", "-", ".", "x", "1e", "1e999999999999", "1.2.3", "0x10", "NaN", "1e-500", "--1", "1 "})
    BOOST_TEST(sum({{"7"}, {text}}).text == "7");
  BOOST_TEST(sum({{std::string(100'000, '9')}, {"7"}}).text == "7");
}
