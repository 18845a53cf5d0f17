#pragma once

#include "runtime/admin/admin_http.hpp"

#include <cstdint>
#include <stdexcept>

namespace inferd {

/// No usable answer: one sentence that names the socket and the error.
struct AdminUnreachable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One request to the daemon behind `socket`; blocks for at most `deadline_ms`. Any status is an answer.
AdminAnswer ask_admin(const std::string& socket, const AdminRequest&, std::int64_t deadline_ms);

} // namespace inferd
