#include "runtime/daemon/key_lock.hpp"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace inferd {
namespace {

// Connections are never accepted: each refused start stays in the backlog. With a full backlog the error names no process id.
constexpr int backlog = 4'096;

int unix_socket() { return ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0); }

/// " (process 123)": the kernel stores which process called listen(). Empty: it has ended, or is in another pid namespace.
std::string holder(const sockaddr_un& address, socklen_t size) {
  const int fd = unix_socket();
  ucred who{};
  socklen_t length = sizeof who;
  const bool known = fd >= 0 && ::connect(fd, reinterpret_cast<const sockaddr*>(&address), size) == 0 &&
                     ::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &length) == 0 && who.pid > 0;
  if (fd >= 0) ::close(fd);
  return known ? " (process " + std::to_string(who.pid) + ")" : "";
}

} // namespace

KeyLock::KeyLock(const Wallet& wallet, const std::string& chain_id) {
  const auto name = "inferd/" + chain_id + "/" + wallet.address;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() + 1 > sizeof address.sun_path)
    throw std::runtime_error("wallet: no name for a lock of " + name + ": too long");
  std::memcpy(address.sun_path + 1, name.data(), name.size()); // a leading zero byte: abstract
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
  socket_ = unix_socket();
  const bool acquired =
    socket_ >= 0 && ::bind(socket_, reinterpret_cast<const sockaddr*>(&address), size) == 0 && ::listen(socket_, backlog) == 0;
  if (acquired) return;
  const int why = errno;
  if (socket_ >= 0) ::close(socket_);
  if (why != EADDRINUSE) throw std::runtime_error("wallet: no lock for " + name + ": " + std::strerror(why));
  throw std::runtime_error("wallet: " + wallet.address + " is in use by another inferd" + holder(address, size) + " on chain " +
                           chain_id + ": two with one key would spend each other's sequences; stop that one first");
}

KeyLock::~KeyLock() { ::close(socket_); }

} // namespace inferd
