#pragma once

#include "runtime/live/io.hpp"
#include "runtime/ports/http_port.hpp"

namespace inferd {

struct HttpSettings {
  std::size_t max_pending = 64; ///< concurrent requests; further ones fail
};

/// HTTP/1.1 and HTTPS, one connection for each request, through the IoThread's proxies. Informational (1xx) responses are
/// skipped. gzip and deflate are asked for and undone; `max_body` bounds the packed and the unpacked body. Redirects (301, 302,
/// 303, 307, 308) of GET and HEAD are followed, at most five within the deadline; never from https to http, and to another host
/// only without credentials: a URL's user and password, and every header but User-Agent, Accept, Accept-Encoding and
/// Content-Type. A user and password in the URL become basic authorization unless there is an Authorization header. Errors name
/// host, port and step, but not path, query or headers, which may contain tokens. Destroying the port fails its pending
/// requests.
std::shared_ptr<HttpPort> make_http(IoThread&, HttpSettings = {});

} // namespace inferd
