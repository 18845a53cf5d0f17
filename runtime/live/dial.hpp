#pragma once
// From a URL to a connected, verified stream. Includes Asio and Beast: for the socket files only.

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

/// A failed step and its reason, without the peer's name.
struct StepFailed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A literal address bypasses the resolver, so its thread is not started.
asio::awaitable<std::vector<asio::ip::tcp::endpoint>> resolve(asio::ip::tcp::resolver&, const Url&);

/// The handshake's error; for a rejected certificate, OpenSSL's verification error.
std::string tls_reason(TlsStream&, const boost::system::error_code&);

inline PlainStream make_stream(PlainStream*, IoThread& io) { return PlainStream(io.context()); }
inline TlsStream make_stream(TlsStream*, IoThread& io) { return TlsStream(io.context(), io.tls()); }

inline asio::awaitable<void> secure(PlainStream&, const Url&) { co_return; }
/// TLS handshake. Verifies the certificate chain and the host name.
asio::awaitable<void> secure(TlsStream&, const Url&);

/// Connects TCP with TCP_NODELAY: requests are small and latency counts.
asio::awaitable<void> connect(PlainStream&, std::vector<asio::ip::tcp::endpoint> addresses);

/// Throws StepFailed, e.g. "connect: Connection refused".
[[noreturn]] void fail(const char* step, const boost::system::error_code&);

} // namespace inferd::live
