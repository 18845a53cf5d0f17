#pragma once
// Requests and answers of the admin port, for server and client.

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace inferd {

struct AdminRequest {
  std::string method; ///< "GET", "POST"
  std::string path;   ///< as sent, with the query: printable ASCII, begins with /
  bool tcp = false;   ///< false: over the Unix socket, from a process of this user or of root
  std::string host{}, origin{}, authorization{}, accept{}; ///< headers; empty: not sent
};

struct AdminAnswer {
  unsigned status = 200;
  std::string body; ///< JSON unless `type` says otherwise
  std::string type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers{};
  /// Set: a stream that follows `body`. Called every `stream_ms` on one of the port's threads, until it returns false or the
  /// client leaves; appends what is to be sent.
  std::function<bool(std::string& out)> stream{};
  std::int64_t stream_ms = 200;
};

/// {"error": sentence}
AdminAnswer admin_error(unsigned status, const std::string& sentence);

/// Runs on any of the port's threads, two at once; may block, but answers well within limits::admin_deadline.
using AdminHandler = std::function<AdminAnswer(const AdminRequest&)>;

} // namespace inferd
