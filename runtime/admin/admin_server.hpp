#pragma once

#include "runtime/admin/admin_http.hpp"
#include "messages/limits.hpp"

#include <memory>
#include <string>

namespace inferd {

/// Serves HTTP/1.1 on a Unix socket that only its owner may open (0600), on threads of its own, one request a connection.
/// Requests larger than limits::admin_request, slower than the deadline or not HTTP are refused and closed; a
/// handler that throws is a 500.
class AdminServer {
public:
  /// Throws std::runtime_error with one sentence that names the path: too long, not ours to replace, another listens there,
  /// the folder cannot be written.
  AdminServer(std::string path, AdminHandler, std::int64_t deadline_ms = limits::admin_deadline);
  /// Returns when no handler runs any more; removes the socket.
  ~AdminServer();
  AdminServer(const AdminServer&) = delete;
  AdminServer& operator=(const AdminServer&) = delete;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd
