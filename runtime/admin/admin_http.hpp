#pragma once
// Requests and answers of the admin port, for server and client.

#include <functional>
#include <string>

namespace inferd {

struct AdminRequest {
  std::string method; ///< "GET", "POST"
  std::string path;   ///< as sent: printable ASCII, begins with /
};

struct AdminAnswer {
  unsigned status = 200;
  std::string body; ///< JSON unless `type` says otherwise
  std::string type = "application/json";
};

/// {"error": sentence}
AdminAnswer admin_error(unsigned status, const std::string& sentence);

/// Runs on any of the port's threads, two at once; may block, but answers well within limits::admin_deadline.
using AdminHandler = std::function<AdminAnswer(const AdminRequest&)>;

} // namespace inferd
