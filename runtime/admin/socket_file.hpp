#pragma once

#include <string>
#include <sys/stat.h>

namespace inferd {

/// A listening Unix socket with its file, mode 0600 before the first connection is possible. Removes the file of a
/// process that has ended, and no other. Errors as in AdminServer.
class SocketFile {
public:
  explicit SocketFile(std::string path);
  /// Removes the file if it is still the one made here. Does not close a released descriptor.
  ~SocketFile();
  SocketFile(const SocketFile&) = delete;
  SocketFile& operator=(const SocketFile&) = delete;

  bool present() const; ///< its path still names it: it was not removed or replaced
  int release();        ///< the listening descriptor now belongs to the caller
  const std::string& path() const { return path_; }

private:
  std::string path_;
  int fd_{-1};
  dev_t device_{};
  ino_t inode_{};
};

} // namespace inferd
