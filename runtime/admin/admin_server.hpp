#pragma once

#include "runtime/admin/admin_http.hpp"
#include "messages/limits.hpp"

#include <memory>
#include <string>

namespace inferd {

/// Serves HTTP/1.1 on a Unix socket that only its owner may open (0600), one request per connection, on threads of its own. The
/// handler runs on two threads at once. A request that is larger than limits::admin_request or not HTTP gets an error; a
/// connection that is slower than the deadline is closed; a handler that throws is a 500. A socket file that is removed or
/// replaced is made anew within seconds, unless another process listens there.
class AdminServer {
public:
  /// Throws std::runtime_error with one sentence that names the path: too long, not a socket of ours, in use, the folder cannot
  /// be written.
  AdminServer(std::string path, AdminHandler, std::int64_t deadline_ms = limits::admin_deadline);
  /// Waits for running handlers; removes the socket.
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd
