#include "runtime/live/dial.hpp"

#include <openssl/ssl.h>

namespace inferd::live {

using asio::ip::tcp;

void fail(const char* step, const boost::system::error_code& error) {
  throw StepFailed(std::string(step) + ": " + error.message());
}

std::string basic_authorization(std::string_view user_info) { return "Basic " + basic_credentials(user_info); }

asio::awaitable<std::vector<tcp::endpoint>> resolve(tcp::resolver& resolver, const Url& url) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(url.host, error);
  if (!error) co_return std::vector{tcp::endpoint(address, static_cast<std::uint16_t>(std::stoul(url.port)))};
  const auto found = co_await resolver.async_resolve(url.host, url.port, asio::redirect_error(asio::use_awaitable, error));
  if (error) fail("resolve", error);
  co_return std::vector<tcp::endpoint>(found.begin(), found.end());
}

asio::awaitable<void> connect(PlainStream& stream, std::vector<tcp::endpoint> addresses) {
  boost::system::error_code error;
  co_await stream.async_connect(addresses, asio::redirect_error(asio::use_awaitable, error));
  if (error) fail("connect", error);
  stream.socket().set_option(tcp::no_delay(true), error);
}

std::string tls_reason(TlsStream& stream, const boost::system::error_code& error) {
  const auto verdict = SSL_get_verify_result(stream.native_handle());
  if (verdict == X509_V_OK) return error.message();
  return std::string("certificate refused: ") + X509_verify_cert_error_string(verdict);
}

asio::awaitable<void> secure(TlsStream& stream, const Url& url) {
  boost::system::error_code error;
  asio::ip::make_address(url.host, error);
  if (error) SSL_set_tlsext_host_name(stream.native_handle(), url.host.c_str()); // SNI takes host names only
  stream.set_verify_callback(asio::ssl::host_name_verification(url.host));
  co_await stream.async_handshake(asio::ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, error));
  if (error) throw StepFailed("TLS: " + tls_reason(stream, error));
}

} // namespace inferd::live
