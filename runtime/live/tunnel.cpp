#include "runtime/live/dial.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace inferd::live {

namespace http = beast::http;

asio::awaitable<void> tunnel(PlainStream& stream, Url proxy, Url target) {
  http::request<http::empty_body> request(http::verb::connect, target.peer(), 11);
  request.set(http::field::host, target.peer());
  request.set(http::field::user_agent, "inferd");
  if (!proxy.user_info.empty()) request.set(http::field::proxy_authorization, basic_authorization(proxy.user_info));
  boost::system::error_code error;
  co_await http::async_write(stream, request, asio::redirect_error(asio::use_awaitable, error));
  if (error) throw StepFailed("proxy " + proxy.peer() + ": " + error.message());

  beast::flat_buffer buffer;
  for (int informational = 0;; ++informational) {
    http::response_parser<http::empty_body> parser;
    parser.skip(true); // a successful CONNECT has no body, whatever its headers say (RFC 9110, section 9.3.6)
    parser.header_limit(max_head);
    co_await http::async_read_header(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
    if (error) throw StepFailed("proxy " + proxy.peer() + ": " + error.message());
    const auto status = parser.get().result_int();
    if (status >= 100 && status < 200 && informational < most_informational) continue;
    if (status < 200 || status > 299)
      throw StepFailed("proxy " + proxy.peer() + ": the tunnel was refused with HTTP " + std::to_string(status));
    break;
  }
  if (buffer.size() > 0) throw StepFailed("proxy " + proxy.peer() + ": bytes before the peer was asked");
}

} // namespace inferd::live
