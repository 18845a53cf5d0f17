#pragma once

#include <string>

namespace inferd {

/// Held by the one process that writes the books, for as long as it lives: the kernel lets go of it, however the process ends.
/// A file of its own beside the books, because closing any descriptor of theirs would drop SQLite's own locks. It stays when
/// the lock is gone.
class LockFile {
public:
  /// Takes `<books>.lock`, of the file that symbolic links lead to. StoreFailure: another process has it, and which.
  explicit LockFile(const std::string& books);
  ~LockFile();
  LockFile(const LockFile&) = delete;
  LockFile& operator=(const LockFile&) = delete;

private:
  int fd_ = -1;
};

} // namespace inferd
