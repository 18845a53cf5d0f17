#include "tests/support/lossy_disk.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sqlite3.h>
#include <string>
#include <vector>

namespace inferd::test {

// A change of a file since its last sync.
struct Change {
  sqlite3_int64 at{};
  std::string before, after; ///< a truncation has no `after`
  sqlite3_int64 size_before{};
  bool truncation{};
};

struct LossyDisk::Impl {
  sqlite3_vfs vfs{};
  sqlite3_vfs* real{};
  std::map<std::string, std::vector<Change>> unsynced; ///< by path, oldest first
  bool stopped{};
  std::uint64_t operations{}, lost{}, stop_at = UINT64_MAX;

  /// Counts an operation; false: it is dropped.
  bool permit() {
    if (!stopped && operations >= stop_at) stopped = true;
    if (stopped) return false;
    ++operations;
    return true;
  }
};

namespace {

LossyDisk::Impl* disk; // a single instance: SQLite's VFS list is per process

struct File {
  sqlite3_file base;
  std::string* path; ///< of databases and WALs; null: not tracked
  sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

File& of(sqlite3_file* f) { return *reinterpret_cast<File*>(f); }
const sqlite3_io_methods& below(sqlite3_file* f) { return *of(f).real()->pMethods; }

std::string content(sqlite3_file* f, sqlite3_int64 at, sqlite3_int64 n) {
  sqlite3_int64 size = 0;
  below(f).xFileSize(of(f).real(), &size);
  std::string bytes(static_cast<std::size_t>(std::max<sqlite3_int64>(0, std::min(n, size - at))), '\0');
  if (!bytes.empty()) below(f).xRead(of(f).real(), bytes.data(), static_cast<int>(bytes.size()), at);
  return bytes;
}

sqlite3_int64 size_of(sqlite3_file* f) {
  sqlite3_int64 size = 0;
  below(f).xFileSize(of(f).real(), &size);
  return size;
}

int close(sqlite3_file* f) {
  delete of(f).path;
  return below(f).xClose(of(f).real());
}
int read(sqlite3_file* f, void* to, int n, sqlite3_int64 at) { return below(f).xRead(of(f).real(), to, n, at); }
int write(sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
  if (!disk->permit()) return SQLITE_IOERR_WRITE;
  if (of(f).path)
    disk->unsynced[*of(f).path].push_back(
      {at, content(f, at, n), std::string(static_cast<const char*>(from), static_cast<std::size_t>(n)), size_of(f), false});
  return below(f).xWrite(of(f).real(), from, n, at);
}
int truncate(sqlite3_file* f, sqlite3_int64 size) {
  if (!disk->permit()) return SQLITE_IOERR_TRUNCATE;
  const auto was = size_of(f);
  if (of(f).path) disk->unsynced[*of(f).path].push_back({size, content(f, size, was - size), {}, was, true});
  return below(f).xTruncate(of(f).real(), size);
}
int sync(sqlite3_file* f, int flags) {
  if (!disk->permit()) return SQLITE_IOERR_FSYNC;
  const auto code = below(f).xSync(of(f).real(), flags & ~SQLITE_SYNC_DATAONLY);
  if (of(f).path && code == SQLITE_OK) disk->unsynced[*of(f).path].clear();
  return code;
}
int file_size(sqlite3_file* f, sqlite3_int64* size) { return below(f).xFileSize(of(f).real(), size); }
int lock(sqlite3_file* f, int how) { return below(f).xLock(of(f).real(), how); }
int unlock(sqlite3_file* f, int how) { return below(f).xUnlock(of(f).real(), how); }
int check_lock(sqlite3_file* f, int* out) { return below(f).xCheckReservedLock(of(f).real(), out); }
int control(sqlite3_file* f, int op, void* arg) { return below(f).xFileControl(of(f).real(), op, arg); }
int sector(sqlite3_file* f) { return below(f).xSectorSize(of(f).real()); }
int abilities(sqlite3_file* f) { return below(f).xDeviceCharacteristics(of(f).real()); }
int shm_map(sqlite3_file* f, int page, int size, int extend, void volatile** to) {
  return below(f).xShmMap(of(f).real(), page, size, extend, to);
}
int shm_lock(sqlite3_file* f, int at, int n, int flags) { return below(f).xShmLock(of(f).real(), at, n, flags); }
void shm_barrier(sqlite3_file* f) { below(f).xShmBarrier(of(f).real()); }
int shm_unmap(sqlite3_file* f, int erase) { return below(f).xShmUnmap(of(f).real(), erase); }

const sqlite3_io_methods methods{2,        close,       read,       write,   truncate, sync,      file_size,
                                 lock,     unlock,      check_lock, control, sector,   abilities, shm_map,
                                 shm_lock, shm_barrier, shm_unmap,  nullptr, nullptr};

int open(sqlite3_vfs*, const char* name, sqlite3_file* f, int flags, int* out) {
  std::memset(f, 0, sizeof(File) + static_cast<std::size_t>(disk->real->szOsFile));
  const auto code = disk->real->xOpen(disk->real, name, of(f).real(), flags, out);
  if (code != SQLITE_OK) return code;
  f->pMethods = &methods;
  if (name && flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) of(f).path = new std::string(name);
  return SQLITE_OK;
}
int erase(sqlite3_vfs*, const char* name, int sync_folder) {
  if (disk->stopped) return SQLITE_IOERR_DELETE;
  disk->unsynced.erase(name);
  return disk->real->xDelete(disk->real, name, sync_folder);
}

std::string slurp(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

LossyDisk::LossyDisk() : impl_(std::make_unique<Impl>()) {
  assert(!disk);
  disk = impl_.get();
  disk->real = sqlite3_vfs_find(nullptr);
  disk->vfs = *disk->real; // other calls go to the real VFS
  disk->vfs.zName = "lossy";
  disk->vfs.szOsFile += static_cast<int>(sizeof(File));
  disk->vfs.xOpen = open;
  disk->vfs.xDelete = erase;
  sqlite3_vfs_register(&disk->vfs, 1);
}

LossyDisk::~LossyDisk() {
  sqlite3_vfs_unregister(&disk->vfs);
  sqlite3_vfs_register(disk->real, 1);
  disk = nullptr;
}

void LossyDisk::stop() { impl_->stopped = true; }
void LossyDisk::stop_after(std::uint64_t operations) { impl_->stop_at = impl_->operations + operations; }
bool LossyDisk::stopped() const { return impl_->stopped; }
std::uint64_t LossyDisk::operations() const { return impl_->operations; }
std::uint64_t LossyDisk::lost() const { return impl_->lost; }

void LossyDisk::resume() {
  impl_->stopped = false;
  impl_->stop_at = UINT64_MAX;
  impl_->unsynced.clear();
}

void LossyDisk::power_cut(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  for (auto& [path, changes] : impl_->unsynced) {
    if (changes.empty() || !std::filesystem::exists(path)) continue;
    auto bytes = slurp(path);
    for (auto it = changes.rbegin(); it != changes.rend(); ++it) { // back to the last sync
      bytes.resize(static_cast<std::size_t>(it->size_before));
      bytes.replace(static_cast<std::size_t>(it->at), it->before.size(), it->before);
    }
    for (const auto& change : changes) { // then replay some of the changes
      const auto outcome = random() % 3; // kept, torn or lost
      impl_->lost += outcome != 0;
      const auto at = static_cast<std::size_t>(change.at);
      if (change.truncation) {
        if (outcome == 0) bytes.resize(std::min(bytes.size(), at));
        continue;
      }
      auto kept = outcome == 0 ? change.after.size() : outcome == 1 ? random() % (change.after.size() + 1) / 512 * 512 : 0;
      if (kept == 0) continue;
      if (bytes.size() < at + kept) bytes.resize(at + kept);
      bytes.replace(at, kept, change.after, 0, kept);
    }
    std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  }
  resume();
}

} // namespace inferd::test
