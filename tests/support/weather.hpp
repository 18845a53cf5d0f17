#pragma once
// Everything hostile that can surround the daemon in one process, each by its name; alone or drawn together from a seed.

#include "tests/support/town.hpp"

#include <functional>
#include <random>
#include <string>
#include <vector>

namespace inferd::test {

struct Ill {
  const char* name;
  /// Begins; lasts until heal(). Null: it has only moments.
  std::function<void(Town&, std::mt19937_64&)> begin;
  /// What it does at one moment, asked with every block before the daemon hears of it. Null: it has none. Returns the hash
  /// of a transaction that another process sent with our key, or nothing.
  std::function<std::string(Town&, std::mt19937_64&)> moment = nullptr;
};

/// All of them. Those of a node strike the first of the town's nodes, or all when a node's chance says so.
const std::vector<Ill>& ills();
const Ill& ill(const std::string& name); ///< std::out_of_range

/// Everything is well again: nodes, markets, disk, clock, prices.
void heal(Town&);

/// What goes on around a town, drawn from a seed.
class Weather {
public:
  Weather(Town& town, std::uint64_t seed, std::function<void(const std::string& hash)> stranger)
    : town_(town), random_(seed), stranger_(std::move(stranger)) {
    town_.on_block = [this] { moments(); };
  }

  void change(double share); ///< heals, then each ill begins with this chance
  void fair();

  const std::vector<std::size_t>& counts() const { return counts_; } ///< how often each of ills() has begun

private:
  void moments();

  Town& town_;
  std::mt19937_64 random_;
  std::function<void(const std::string&)> stranger_;
  std::vector<const Ill*> present_;
  std::vector<std::size_t> counts_ = std::vector<std::size_t>(ills().size());
};

} // namespace inferd::test
