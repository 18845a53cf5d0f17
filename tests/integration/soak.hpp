#pragma once
// The same invariants after every run, whatever happened in it.

#include "runtime/books/rows.hpp"
#include "runtime/chain/signing/parse_tx.hpp"
#include "runtime/chain/encoding/proto/emissions.pb.h"
#include "tests/support/test_network.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace inferd::soak {

/// What the chain itself saw of our wallet, collected block by block.
class InvariantChecker {
public:
  explicit InvariantChecker(test::TestNetwork& network)
    : token_(network.chain.on_block([this](const sim::Block& block) { see(block); })) {}

  /// Sent with our key, but not by us: what becomes of it is not our doing.
  void not_ours(const std::string& hash) { strangers_.insert(hash); }
  /// Forgets what has been compared.
  void forget_before(Height nonce) {
    std::erase_if(windows, [&](const auto& w) { return w.first.second < nonce.value; });
  }

  struct Window {
    Height closes;
    unsigned accepted{}, paid{}; ///< payloads of ours in blocks: executed; and all that cost a fee
    std::string hash;            ///< of the accepted one
  };
  std::map<std::pair<std::uint64_t, std::int64_t>, Window> windows; ///< by topic and nonce

private:
  void see(const sim::Block&);
  std::set<std::string> strangers_;
  std::shared_ptr<sim::World::OnBlock> token_;
};

/// One sentence for each invariant that does not hold; empty: all is well.
/// Every window from the books' first row on that has closed for good has exactly one final row; every accepted payload is
/// a confirmed row with its hash and every confirmed row an accepted payload; no window cost two fees.
/// `begin`: the books' first row, where not all of them are given.
std::vector<std::string> broken(const InvariantChecker&, const std::vector<WindowRow>&, Height head, Height begin = {});

int kills(std::uint64_t runs, std::uint64_t seed, bool json);
int hours(std::uint64_t hours, std::uint64_t seed, bool json);

} // namespace inferd::soak
