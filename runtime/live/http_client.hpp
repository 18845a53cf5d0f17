#pragma once

#include "runtime/live/io.hpp"
#include "runtime/ports/http_port.hpp"

namespace inferd {

struct HttpSettings {
  std::size_t max_pending = 64; ///< concurrent requests; further ones fail
};

/// HTTP/1.1 and HTTPS, one connection for each request. Redirects are returned, not followed. Errors name host, port and step,
/// but not path, query or headers, which may contain tokens. Destroying the port fails its pending requests.
std::shared_ptr<HttpPort> make_http(IoThread&, HttpSettings = {});

} // namespace inferd
