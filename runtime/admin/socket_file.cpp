#include "runtime/admin/socket_file.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace inferd {
namespace {

constexpr int backlog = 16;

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw std::runtime_error("admin socket " + path + ": " + why);
}

std::string reason(int error) { return std::strerror(error); }

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty()) throw std::runtime_error("admin socket: the path is empty");
  if (path.size() >= sizeof address.sun_path)
    refuse(path, "the path is too long, at most " + std::to_string(sizeof address.sun_path - 1) + " bytes");
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

/// Whether a process accepts connections there.
bool listens(const sockaddr_un& address) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return true; // unknown: keep the file
  const int result = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int error = result < 0 ? errno : 0;
  ::close(fd);
  return error != ECONNREFUSED && error != ENOENT;
}

} // namespace

SocketFile::SocketFile(std::string path) : path_(std::move(path)) {
  const auto address = address_of(path_);
  if (const auto folder = std::filesystem::path(path_).parent_path(); !folder.empty()) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) refuse(path_, "its folder cannot be made: " + error.message());
  }
  struct stat found {};
  if (::lstat(path_.c_str(), &found) == 0) {
    if (!S_ISSOCK(found.st_mode)) refuse(path_, "there is a file that is not a socket; it is left alone");
    if (listens(address)) refuse(path_, "another process listens there; is inferd running already?");
    ::unlink(path_.c_str());
  }
  fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd_ < 0) refuse(path_, reason(errno));
  const auto fail = [this](const std::string& step) {
    const auto why = step + reason(errno);
    ::close(fd_);
    refuse(path_, why);
  };
  if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0) fail("cannot be made: ");
  // No client can connect before listen(), so the mode is set in time, whatever the umask.
  if (::chmod(path_.c_str(), 0600) < 0) fail("mode cannot be set: ");
  if (::lstat(path_.c_str(), &found) < 0) fail("");
  device_ = found.st_dev;
  inode_ = found.st_ino;
  if (::listen(fd_, backlog) < 0) fail("");
}

bool SocketFile::present() const {
  struct stat found {};
  return ::lstat(path_.c_str(), &found) == 0 && found.st_dev == device_ && found.st_ino == inode_;
}

SocketFile::~SocketFile() {
  if (present()) ::unlink(path_.c_str());
  if (fd_ >= 0) ::close(fd_);
}

int SocketFile::release() { return std::exchange(fd_, -1); }

} // namespace inferd
