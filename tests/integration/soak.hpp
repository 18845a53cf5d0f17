#pragma once
// Invariants that hold after every run.

#include "runtime/books/rows.hpp"
#include "runtime/chain/signing/parse_tx.hpp"
#include "runtime/chain/encoding/proto/emissions.pb.h"
#include "tests/support/test_network.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace inferd::soak {

/// What the chain recorded of our wallet, collected block by block.
class InvariantChecker {
public:
  explicit InvariantChecker(test::TestNetwork& network)
    : token_(network.chain.on_block([this](const sim::Block& block) { see(block); })) {}

  /// Sent with our key by another process: excluded from the invariants.
  void exclude(const std::string& hash) { foreign_.insert(hash); }
  void forget_before(Height nonce) {
    std::erase_if(windows, [&](const auto& w) { return w.first.second < nonce.value; });
  }

  struct Window {
    Height closes, closed;       ///< as announced at the opening; when it did, 0: not yet
    unsigned accepted{}, paid{}; ///< our payloads in blocks: executed, and all that paid a fee
    std::string hash;            ///< of the accepted one
    bool taken{};                ///< answered with our key by another process
  };
  std::map<std::pair<std::uint64_t, std::int64_t>, Window> windows; ///< keyed by topic and nonce

private:
  void see(const sim::Block&);
  std::set<std::string> foreign_;
  std::shared_ptr<sim::World::OnBlock> token_;
};

/// One sentence for each invariant violated. Every closed window from the books' first row on has exactly one final row; each
/// accepted payload is a confirmed row with its hash, and each confirmed row an accepted payload; no window paid two fees.
/// `begin`: the first nonce to be checked; 0: the books' first row.
std::vector<std::string> broken(const InvariantChecker&, const std::vector<WindowRow>&, Height head, Height begin = {});

/// The nodes of the kill runs. `each`: all of these in turn.
inline const std::vector<std::string> kill_nodes{"plain",    "no-index",      "no-results",     "silent-tx",
                                                 "balanced", "stale-mempool", "drops-payloads", "drops-payloads-cached",
                                                 "ahead",    "empty-answers", "wrong-inclusion"};
int kills(std::uint64_t runs, std::uint64_t seed, const std::string& nodes, bool json);
int hours(std::uint64_t hours, std::uint64_t seed, bool json);
/// hours() of `seeds` seeds from `seed` on, each in a process of its own.
int years(std::uint64_t hours, std::uint64_t seed, std::uint64_t seeds, bool json);

} // namespace inferd::soak
