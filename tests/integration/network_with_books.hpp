#pragma once

#include "runtime/books/memory_books.hpp"
#include "tests/integration/soak.hpp"

#include <boost/test/unit_test.hpp>
#include <memory>
#include <utility>

namespace inferd::test {

inline constexpr int cycle = 12; ///< blocks per window

/// A test network whose books are compared with its chain's blocks.
struct NetworkWithBooks {
  std::shared_ptr<MemoryBooks> books = std::make_shared<MemoryBooks>();
  TestNetwork tree;
  soak::InvariantChecker checker{tree};

  explicit NetworkWithBooks(TestNetworkSettings settings = {}) : tree(std::move(settings), books) {}
  std::int64_t head() {
    return tree.chain.with_chain([](auto& c) { return c.height(); });
  }
  /// Of the windows that opened at `from` or later and ended: all, and those not confirmed.
  std::pair<int, int> ended(std::int64_t from = 0) {
    int all = 0, lost = 0;
    for (const auto& row : books->windows()) {
      if (row.nonce.value < from || !is_final(row.status)) continue;
      ++all;
      if (row.status == Status::confirmed) continue;
      ++lost;
      BOOST_TEST_MESSAGE("window " << row.nonce.value << " " << boost::describe::enum_to_string(row.status, "?") << ": "
                                   << row.reason);
    }
    return {all, lost};
  }
  void compare_books(const std::string& name) {
    for (const auto& sentence : soak::broken(checker, books->windows(), Height{head()})) BOOST_ERROR(name + ": " + sentence);
  }
};

} // namespace inferd::test
