#pragma once
// A SQLite VFS that guarantees only synced writes: after a power cut, unsynced ones may be present, torn or lost. While an
// instance exists, every database this process opens uses it.

#include <cstdint>
#include <memory>

namespace inferd::test {

class LossyDisk {
public:
  LossyDisk();
  ~LossyDisk();

  /// Drops all further writes, including those of destructors: the process is dead.
  void stop();
  /// stop() after that many more writes and syncs, possibly within a transaction.
  void stop_after(std::uint64_t operations);
  bool stopped() const;

  /// kill -9: the operating system still has all writes. Call after stop() and once the books are closed; the disk then works
  /// again.
  void resume();
  /// Power cut: of each file, the writes since its last sync are kept, torn or lost, as `seed` decides.
  void power_cut(std::uint64_t seed);

  std::uint64_t operations() const; ///< writes and syncs so far
  std::uint64_t lost() const;       ///< writes lost or torn in power cuts so far

  struct Impl;

private:
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd::test
