#pragma once

#include "runtime/admin/admin_http.hpp"
#include "messages/limits.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace inferd {

/// Serves HTTP/1.1 on a Unix socket that only its owner may open (0600) and whose peers' credentials are checked, and on a TCP
/// address if one is given; one request per connection, on threads of its own. The handler runs on two threads at once; what it
/// may answer over TCP is its own matter (access.hpp). A request that is larger than limits::admin_request or not HTTP gets an
/// error; a connection that is slower than the deadline is closed; a handler that throws is a 500. A socket file that is
/// removed or replaced is made anew within seconds, unless another process listens there.
class AdminServer {
public:
  /// Throws std::runtime_error with one sentence that names the path: too long, not a socket of ours, in use, the folder cannot
  /// be written.
  AdminServer(std::string path, AdminHandler, std::int64_t deadline_ms = limits::admin_deadline);
  /// Also at `address`, "127.0.0.1:9478" or "[::1]:9478", port 0: any. An address that cannot be used is no failure of the Unix
  /// socket: tcp_trouble().
  AdminServer(std::string path, const std::string& address, AdminHandler, std::int64_t deadline_ms = limits::admin_deadline);
  /// Waits for running handlers; removes the socket.
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

  std::uint16_t port() const;             ///< of TCP; 0: not served
  const std::string& tcp_trouble() const; ///< why TCP is not served, one sentence; empty: it is, or was not asked for

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd
