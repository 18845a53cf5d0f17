#include "runtime/books/lock_file.hpp"

#include "runtime/ports/store_port.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <unistd.h>

namespace inferd {
namespace {

std::string holder(int fd) {
  char text[32] = {};
  const auto n = ::pread(fd, text, sizeof text - 1, 0);
  const bool digits = n > 1 && std::all_of(text, text + n - 1, [](char c) { return c >= '0' && c <= '9'; });
  return digits ? " (process " + std::string(text, static_cast<std::size_t>(n - 1)) + ")" : "";
}

} // namespace

LockFile::LockFile(const std::string& books) {
  std::error_code error;
  const auto real = std::filesystem::weakly_canonical(books, error);
  const auto path = (error ? books : real.string()) + ".lock";
  fd_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd_ < 0) throw StoreFailure("the books " + books + " cannot be locked: " + path + ": " + std::strerror(errno));
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    const auto who = holder(fd_);
    ::close(fd_);
    throw StoreFailure("the books " + books + " are in use by another inferd" + who + ": one process writes them at a time");
  }
  const auto pid = std::to_string(::getpid()) + "\n";
  if (::ftruncate(fd_, 0) != 0 || ::pwrite(fd_, pid.data(), pid.size(), 0) < 0) {
    // The PID is only for the error text of other processes: ignored on a full disk.
  }
}

LockFile::~LockFile() { ::close(fd_); }

} // namespace inferd
