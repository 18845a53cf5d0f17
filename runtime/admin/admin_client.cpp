#include "runtime/admin/admin_client.hpp"

#include "messages/limits.hpp"
#include "messages/operator_limits.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cerrno>
#include <chrono>
#include <sys/socket.h>
#include <sys/time.h>

namespace inferd {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Local = asio::local::stream_protocol;
using boost::system::error_code;

/// Connecting to a Unix socket succeeds or fails at once, except while the server's queue is full. Asio reports
/// that case as success, so this function replaces its connect.
error_code connect(Local::socket& socket, const Local::endpoint& endpoint, std::int64_t deadline_ms) {
  socket.open();
  timeval most{deadline_ms / 1000, deadline_ms % 1000 * 1000};
  ::setsockopt(socket.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &most, sizeof most);
  if (::connect(socket.native_handle(), endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0) return {};
  return errno == EAGAIN ? error_code(beast::error::timeout) : error_code(errno, boost::system::system_category());
}

std::string explained(error_code error, std::int64_t deadline_ms) {
  if (error == beast::error::timeout) return "no answer within " + std::to_string(deadline_ms) + " ms";
  if (error == asio::error::connection_refused) return "nobody listens there; inferd has ended without cleaning up";
  if (error == boost::system::errc::no_such_file_or_directory) return "there is no such socket; inferd does not run";
  if (error == boost::system::errc::permission_denied) return "permission denied; ask as the user inferd runs as, or as root";
  if (error == http::error::end_of_stream || error == http::error::partial_message) return "the connection ended in mid-answer";
  return error.message();
}

Local::endpoint endpoint_of(const std::string& socket) {
  try {
    return Local::endpoint(socket);
  } catch (const std::exception&) {
    throw AdminUnreachable("admin socket " + socket + ": the path is too long");
  }
}

http::request<http::empty_body> request_of(const AdminRequest& what) {
  http::request<http::empty_body> request;
  request.method_string(what.method);
  request.target(what.path);
  request.set(http::field::host, "inferd");
  return request;
}

} // namespace

AdminAnswer ask_admin(const std::string& socket, const AdminRequest& what, std::int64_t deadline_ms) {
  asio::io_context io{1};
  beast::basic_stream<Local> stream{io};
  const auto request = request_of(what);
  beast::flat_buffer buffer;
  http::response_parser<http::string_body> parser;
  parser.body_limit(limits::admin_answer);
  const auto endpoint = endpoint_of(socket);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(deadline_ms);
  auto outcome = connect(stream.socket(), endpoint, deadline_ms);
  if (!outcome) {
    stream.expires_at(deadline);
    http::async_write(stream, request, [&](error_code, std::size_t) { // a server that refuses early may still answer
      http::async_read(stream, buffer, parser, [&](error_code e, std::size_t) { outcome = e; });
    });
    io.run();
  }
  if (outcome) throw AdminUnreachable("admin socket " + socket + ": " + explained(outcome, deadline_ms));
  auto& message = parser.get();
  return {message.result_int(), std::move(message.body()), std::string(message[http::field::content_type])};
}

AdminAnswer follow_admin(const std::string& socket, const AdminRequest& what, std::int64_t silence_ms,
                         const std::function<bool(std::string_view)>& take) {
  asio::io_context io{1};
  beast::basic_stream<Local> stream{io};
  const auto endpoint = endpoint_of(socket);
  auto outcome = connect(stream.socket(), endpoint, silence_ms);
  const auto run = [&](auto begin) { // one operation, within the deadline
    if (outcome) return;
    stream.expires_after(std::chrono::milliseconds(silence_ms));
    begin([&](error_code e, std::size_t) { outcome = e; });
    io.restart();
    io.run();
  };
  const auto request = request_of(what);
  beast::flat_buffer buffer;
  http::response_parser<http::empty_body> parser;
  parser.skip(true); // the body is read as it comes
  run([&](auto done) { http::async_write(stream, request, done); });
  run([&](auto done) { http::async_read_header(stream, buffer, parser, done); });
  if (outcome) throw AdminUnreachable("admin socket " + socket + ": " + explained(outcome, silence_ms));
  const auto status = parser.get().result_int();
  AdminAnswer answer{status, {}, std::string(parser.get()[http::field::content_type])};
  std::string text(static_cast<const char*>(buffer.data().data()), buffer.size());
  char part[4096];
  for (;;) {
    if (status < 300 && !text.empty() && !take(text)) return answer;
    if (status >= 300) answer.body += text;
    if (answer.body.size() > limits::admin_answer) return answer;
    std::size_t read = 0;
    run([&](auto done) {
      stream.async_read_some(asio::buffer(part), [&read, done](error_code e, std::size_t n) {
        read = n;
        done(e, n);
      });
    });
    if (outcome == asio::error::eof || outcome == asio::error::connection_reset) return answer;
    if (outcome) throw AdminUnreachable("admin socket " + socket + ": " + explained(outcome, silence_ms));
    text.assign(part, read);
  }
}

} // namespace inferd
