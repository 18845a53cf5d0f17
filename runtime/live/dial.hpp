#pragma once
// From a URL to a connected, verified stream, and the sentence that says which step failed. Includes Asio: only the files
// that speak to sockets include this.

#include "runtime/live/io.hpp"
#include "runtime/endpoints/url.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <stdexcept>

namespace inferd::live {

namespace asio = boost::asio;
namespace beast = boost::beast;
using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

/// A step on the way to an answer failed, told without the peer's name.
struct StepFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The addresses of a host. A literal address needs no resolver, whose thread then never starts.
asio::awaitable<std::vector<asio::ip::tcp::endpoint>> resolve(asio::ip::tcp::resolver&, const Url&);

/// "certificate verify failed (self-signed certificate)" says more than "certificate verify failed".
std::string tls_reason(TlsStream&, const boost::system::error_code&);

inline PlainStream make_stream(PlainStream*, IoThread& io) { return PlainStream(io.context()); }
inline TlsStream make_stream(TlsStream*, IoThread& io) { return TlsStream(io.context(), io.tls()); }

inline asio::awaitable<void> secure(PlainStream&, const Url&) { co_return; }
/// The TLS handshake: the certificate must be trusted and made out to the URL's host.
asio::awaitable<void> secure(TlsStream&, const Url&);

/// TCP, with Nagle's delay off: requests are small and wanted at once.
asio::awaitable<void> connect(PlainStream&, std::vector<asio::ip::tcp::endpoint> addresses);

/// Throws what went wrong as StepFailed("connect: Connection refused").
[[noreturn]] void fail(const char* step, const boost::system::error_code&);

} // namespace inferd::live
