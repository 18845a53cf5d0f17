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

inline constexpr std::uint32_t max_head = 64u << 10; ///< bytes of a response's status line and headers
inline constexpr int most_informational = 8;         ///< 1xx responses before one that counts

/// "Basic …" (RFC 7617) for a URL's "user:password", which is percent-decoded.
std::string basic_authorization(std::string_view user_info);

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

/// Asks `proxy`, which `stream` is connected to, for a tunnel to `target` (CONNECT). Throws StepFailed, which names the proxy.
asio::awaitable<void> tunnel(PlainStream& stream, Url proxy, Url target);

/// Throws StepFailed, e.g. "connect: Connection refused".
[[noreturn]] void fail(const char* step, const boost::system::error_code&);

} // namespace inferd::live
