#pragma once
// Which file a path names. A file that is open may be removed or replaced under its path; writes then go to a file that nobody
// finds again.

#include <optional>
#include <string>
#include <sys/stat.h>
#include <utility>

namespace inferd {

using FileIdentity = std::pair<dev_t, ino_t>;

/// Follows symbolic links. Empty: there is no such file.
inline std::optional<FileIdentity> identity_of(const std::string& path) {
  struct stat s {};
  return ::stat(path.c_str(), &s) == 0 ? std::optional(FileIdentity{s.st_dev, s.st_ino}) : std::nullopt;
}
inline std::optional<FileIdentity> identity_of(int fd) {
  struct stat s {};
  return ::fstat(fd, &s) == 0 ? std::optional(FileIdentity{s.st_dev, s.st_ino}) : std::nullopt;
}

} // namespace inferd
