#pragma once
// The same invariants after every run, whatever happened in it.

#include "runtime/books/memory_books.hpp"
#include "runtime/chain/parse_tx.hpp"
#include "runtime/chain/proto/emissions.pb.h"
#include "tests/support/town.hpp"

#include <map>
#include <string>
#include <vector>

namespace inferd::soak {

/// What the chain itself saw of our wallet, collected block by block.
class Witness {
public:
  explicit Witness(test::Town& town)
    : token_(town.chain.on_block([this](const sim::Block& block) { see(block); })) {}

  struct Window {
    Height closes;
    unsigned accepted{}, paid{}; ///< payloads of ours in blocks: executed; and all that cost a fee
    std::string hash;            ///< of the accepted one
  };
  std::map<std::pair<std::uint64_t, std::int64_t>, Window> windows; ///< by topic and nonce

private:
  void see(const sim::Block&);
  std::shared_ptr<sim::World::OnBlock> token_;
};

/// One sentence for each invariant that does not hold; empty: all is well.
/// Every window from the books' first row on that has closed for good has exactly one final row; every accepted payload is
/// a confirmed row with its hash and every confirmed row an accepted payload; no window cost two fees.
std::vector<std::string> broken(const Witness&, const std::vector<WindowRow>&, Height head);

int kills(std::uint64_t runs, std::uint64_t seed, bool json);
int hours(std::uint64_t hours, std::uint64_t seed, bool json);

} // namespace inferd::soak
