#pragma once

#include "runtime/admin/admin_http.hpp"

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace inferd {

/// No usable answer: one sentence that names the socket and the error.
struct AdminUnreachable : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// One request to the daemon behind `socket`; blocks for at most `deadline_ms`. Any status is an answer.
AdminAnswer ask_admin(const std::string& socket, const AdminRequest&, std::int64_t deadline_ms);

/// Follows a stream: gives what arrives to `take` until it returns false, the daemon ends the stream, or nothing has come for
/// `silence_ms`. A status that is no success is returned with its body, and `take` is not called.
AdminAnswer follow_admin(const std::string& socket, const AdminRequest&, std::int64_t silence_ms,
                         const std::function<bool(std::string_view)>& take);

} // namespace inferd
