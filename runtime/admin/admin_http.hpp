#pragma once
// What goes over the admin port, on both sides.

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

/// Called from any of the port's threads; may block, but answers well within limits::admin_deadline.
using AdminHandler = std::function<AdminAnswer(const AdminRequest&)>;

} // namespace inferd
