#pragma once

#include "runtime/live/io.hpp"
#include "runtime/ports/http_port.hpp"

namespace inferd {

struct HttpSettings {
  std::size_t max_under_way = 64; ///< requests at once; one more is refused
};

/// HTTP/1.1 and HTTPS. One connection a request: the market is asked once an hour. Redirects are answers like any other
/// (a price API that moves is for the operator to decide on). Failures name host, port and step; never path, query or
/// headers, because tokens live there. Requests under way when the port goes are answered with a failure.
std::shared_ptr<HttpPort> make_http(IoThread&, HttpSettings = {});

} // namespace inferd
