#pragma once
// Everything hostile that can surround the daemon in one process, each by its name; alone or drawn together from a seed.

#include "tests/support/test_network.hpp"

#include <functional>
#include <random>
#include <string>
#include <vector>

namespace inferd::test {

struct InjectedFault {
  const char* name;
  /// Begins; lasts until heal(). Null: it has only moments.
  std::function<void(TestNetwork&, std::mt19937_64&)> begin;
  /// What it does at one moment, asked with every block before the daemon hears of it. Null: it has none. Returns the hash
  /// of a transaction that another process sent with our key, or nothing.
  std::function<std::string(TestNetwork&, std::mt19937_64&)> moment = nullptr;
};

/// All of them. Those of a node strike the first of the town's nodes, or all when a node's chance says so.
const std::vector<InjectedFault>& injected_faults();
const InjectedFault& injected_fault(const std::string& name); ///< std::out_of_range

/// Everything is well again: nodes, markets, disk, clock, prices.
void clear_faults(TestNetwork&);

/// What goes on around a town, drawn from a seed.
class FaultInjector {
public:
  FaultInjector(TestNetwork& network, std::uint64_t seed, std::function<void(const std::string& hash)> stranger)
    : network_(network), random_(seed), stranger_(std::move(stranger)) {
    network_.on_block = [this] { moments(); };
  }

  void change(double share); ///< heals, then each ill begins with this chance
  void clear();

  const std::vector<std::size_t>& counts() const { return counts_; } ///< how often each of ills() has begun

private:
  void moments();

  TestNetwork& network_;
  std::mt19937_64 random_;
  std::function<void(const std::string&)> stranger_;
  std::vector<const InjectedFault*> present_;
  std::vector<std::size_t> counts_ = std::vector<std::size_t>(injected_faults().size());
};

} // namespace inferd::test
