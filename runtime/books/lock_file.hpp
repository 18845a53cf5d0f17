#pragma once

#include <string>

namespace inferd {

/// An flock held by the process that writes the books; the kernel releases it however the process ends. A separate file,
/// because closing any descriptor of the database would release SQLite's own POSIX locks. The file stays.
class LockFile {
public:
  /// Locks `<books>.lock`, with symbolic links resolved. Throws StoreFailure, which names the process, when another one holds
  /// it.
  explicit LockFile(const std::string& books);
  ~LockFile();
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

private:
  int fd_ = -1;
};

} // namespace inferd
