#define BOOST_TEST_MODULE memory_books
#include "runtime/books/memory_books.hpp"

#include <boost/test/unit_test.hpp>

struct Fixture {
  inferd::MemoryBooks books;
  std::vector<inferd::WindowRow> windows() const { return books.windows(); }
  std::vector<inferd::TransactionRow> transactions() const { return books.transactions(); }
};

#include "tests/books/books_rules.hpp"
#include "tests/books/books_totals_rules.hpp"
#include "tests/books/books_models_rules.hpp"

BOOST_AUTO_TEST_CASE(a_refused_write_leaves_nothing_behind) {
  MemoryBooks books;
  books.write(wallet, opening(100));
  books.fail_next(1);
  BOOST_CHECK_THROW(books.claim(claim(100)), StoreFailure);
  BOOST_TEST((books.windows().at(0).status == Status::open));
  BOOST_TEST(std::holds_alternative<Granted>(books.claim(claim(100))));
}

BOOST_AUTO_TEST_CASE(a_write_reported_as_failed_may_be_there_and_is_granted_again) {
  MemoryBooks books;
  books.fail_next(1, MemoryBooks::Fault::unsure);
  BOOST_CHECK_THROW(books.claim(claim(100)), StoreFailure);
  BOOST_TEST((books.windows().at(0).status == Status::claimed));
  BOOST_TEST(std::holds_alternative<Granted>(books.claim(claim(100))));
}

BOOST_AUTO_TEST_CASE(what_was_not_synced_is_gone_after_a_power_cut) {
  MemoryBooks books;
  books.sync_by_hand();
  books.write(wallet, opening(100));
  books.claim(claim(100));
  books.sync();
  books.write(wallet, storing(100, "a"));
  books.write(wallet, marking(100, "a"));
  books.drop_unsynced();
  BOOST_TEST((books.windows().at(0).status == Status::claimed));
  BOOST_TEST(books.transactions().empty());
  books.write(wallet, storing(100, "a")); // it recovers
  BOOST_TEST((books.windows().at(0).status == Status::stored));
}

BOOST_AUTO_TEST_CASE(a_synced_write_survives_a_power_cut) {
  MemoryBooks books;
  books.claim(claim(100));
  books.drop_unsynced();
  BOOST_TEST((books.windows().at(0).status == Status::claimed));
}

BOOST_AUTO_TEST_CASE(reading_does_not_use_up_a_fault) {
  MemoryBooks books;
  books.fail_next(1);
  books.summary(wallet, Instant{});
  books.unresolved(wallet);
  BOOST_CHECK_THROW(books.write(wallet, opening(100)), StoreFailure);
}
