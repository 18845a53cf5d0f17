#pragma once
// Named faults of everything around the daemon in one process; used alone or drawn from a seed.

#include "tests/support/test_network.hpp"

#include <functional>
#include <random>
#include <string>
#include <vector>

namespace inferd::test {

struct InjectedFault {
  const char* name;
  /// Begins the fault, which lasts until clear_faults(). Null: it has instantaneous effects only.
  std::function<void(TestNetwork&, std::mt19937_64&)> begin;
  /// Its effect at one block, called before the daemon receives the block. Null: none. Returns the hash of a transaction that
  /// another process sent with our key, or an empty string.
  std::function<std::string(TestNetwork&, std::mt19937_64&)> moment = nullptr;
};

/// All faults. Faults of a node affect the network's first node or, at random, all of them.
const std::vector<InjectedFault>& injected_faults();
const InjectedFault& injected_fault(const std::string& name); ///< std::out_of_range

/// Clears all faults of nodes, markets, disk, clock and prices.
void clear_faults(TestNetwork&);

/// Applies faults to a network, drawn from a seed.
class FaultInjector {
public:
  FaultInjector(TestNetwork& network, std::uint64_t seed, std::function<void(const std::string& hash)> on_foreign_tx)
    : network_(network), random_(seed), on_foreign_tx_(std::move(on_foreign_tx)) {
    network_.on_block = [this] { moments(); };
  }

  void change(double share); ///< clears all, then begins each fault with this probability
  void clear();

  const std::vector<const InjectedFault*>& present() const { return present_; }
  bool has(const std::string& name) const;                           ///< it is present
  const std::vector<std::size_t>& counts() const { return counts_; } ///< how often each of injected_faults() has begun

private:
  void moments();

  TestNetwork& network_;
  std::mt19937_64 random_;
  std::function<void(const std::string&)> on_foreign_tx_;
  std::vector<const InjectedFault*> present_;
  std::vector<std::size_t> counts_ = std::vector<std::size_t>(injected_faults().size());
};

} // namespace inferd::test
