#pragma once
// A disk for SQLite that keeps its promises and not one more: what was not synced when the power goes may be there, in part
// or not at all. While one is alive, every database that this process opens lies on it.

#include <cstdint>
#include <memory>

namespace inferd::test {

class LossyDisk {
public:
  LossyDisk();
  ~LossyDisk();

  /// From here on nothing is written any more: the process that wrote is dead, whatever its destructors try.
  void stop();
  /// The same after so many more writes and syncs, in the middle of whatever they belong to.
  void stop_after(std::uint64_t operations);
  bool stopped() const;

  /// kill -9: the system still writes what it was given. After stop(), once the books are closed; the disk then runs again.
  void go_on();
  /// The power was cut: of each file, what was written since its last sync is there, torn or gone, as the seed decides.
  void power_cut(std::uint64_t seed);

  std::uint64_t operations() const; ///< writes and syncs so far
  std::uint64_t lost() const;       ///< writes that a power cut took, so far

  struct Impl;

private:
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd::test
