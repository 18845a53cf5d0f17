#include "runtime/admin/admin_connection.hpp"

#include <algorithm>
#include <utility>

namespace inferd {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using std::chrono::milliseconds;

namespace {

constexpr std::uint32_t header_limit = 8u << 10;

bool not_http(error_code error) {
  return error.category() == http::make_error_code(http::error::bad_target).category() && error != http::error::end_of_stream &&
         error != http::error::partial_message;
}

bool printable_path(const std::string& path) {
  return path.starts_with('/') && std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c <= '~'; });
}

template <class Message> std::string text_of(const Message& message, http::field name) {
  const auto value = message[name];
  return std::string(value.data(), value.size());
}

} // namespace

AdminConnection::AdminConnection(Socket socket, Settings settings)
  : stream_(std::move(socket)), settings_(std::move(settings)), buffer_(header_limit + limits::admin_request),
    timer_(stream_.get_executor()) {
  parser_.header_limit(header_limit);
  parser_.body_limit(limits::admin_request);
}

AdminConnection::~AdminConnection() {
  answered();
  settings_.on_end(is_stream_);
}

void AdminConnection::start() {
  stream_.expires_after(settings_.deadline);
  http::async_read(stream_, buffer_, parser_, [me = shared_from_this()](error_code error, std::size_t) { me->read(error); });
}

void AdminConnection::refuse(const std::string& sentence) { answer(admin_error(403, sentence)); }

void AdminConnection::read(error_code error) {
  if (error == http::error::header_limit) return answer(admin_error(431, "the request's header is too large"));
  if (error == http::error::body_limit) return answer(admin_error(413, "the request is too large"));
  if (not_http(error)) return answer(admin_error(400, "not an HTTP request: " + error.message()));
  if (error) return; // closed by the client, or too slow
  const auto& message = parser_.get();
  AdminRequest request{std::string(message.method_string()), std::string(message.target())};
  if (!printable_path(request.path)) return answer(admin_error(400, "the path has to begin with / and to be printable"));
  if (message.count(http::field::host) > 1 || message.count(http::field::origin) > 1 ||
      message.count(http::field::authorization) > 1)
    return answer(admin_error(400, "Host, Origin and Authorization may be sent once"));
  request.tcp = settings_.tcp;
  request.host = text_of(message, http::field::host);
  request.origin = text_of(message, http::field::origin);
  request.authorization = text_of(message, http::field::authorization);
  request.accept = text_of(message, http::field::accept);
  counted_ = true;
  ++settings_.answering;
  asio::post(settings_.workers, [me = shared_from_this(), request = std::move(request)] {
    AdminAnswer result;
    try {
      result = me->settings_.handler(request);
    } catch (const std::exception& e) {
      result = admin_error(500, std::string("the handler failed: ") + e.what());
    }
    asio::post(me->stream_.get_executor(), [me, result = std::move(result)]() mutable { me->answer(std::move(result)); });
  });
}

void AdminConnection::answer(AdminAnswer a) {
  if (a.body.size() > limits::admin_answer) a = admin_error(500, "the answer is too large");
  if (a.stream && !settings_.stream_begins())
    a = admin_error(503, "there are " + std::to_string(limits::admin_streams) + " streams already: close one");
  response_.emplace(static_cast<http::status>(a.status), 11);
  response_->set(http::field::content_type, a.type);
  response_->set(http::field::cache_control, "no-store");
  response_->set("X-Content-Type-Options", "nosniff");
  response_->set("Cross-Origin-Resource-Policy", "same-origin");
  for (const auto& [name, value] : a.headers) response_->set(name, value);
  response_->keep_alive(false);
  response_->body() = std::move(a.body);
  is_stream_ = static_cast<bool>(a.stream);
  if (!is_stream_) response_->prepare_payload(); // a stream's length is not known: it ends with the connection
  streaming_ = std::move(a);
  stream_.expires_after(settings_.deadline);
  http::async_write(stream_, *response_, [me = shared_from_this()](error_code error, std::size_t) {
    me->answered();
    if (me->is_stream_ && (!error || error == http::error::end_of_stream)) return me->begin_stream();
    me->close();
  });
}

void AdminConnection::answered() {
  if (std::exchange(counted_, false)) --settings_.answering;
}

void AdminConnection::close() {
  left_ = true;
  timer_.cancel();
  error_code ignored;
  stream_.socket().shutdown(asio::socket_base::shutdown_both, ignored);
}

void AdminConnection::begin_stream() {
  response_.reset();
  watch_client();
  next();
}

/// A client sends nothing more; the end of its half is its end.
void AdminConnection::watch_client() {
  stream_.expires_never();
  stream_.async_read_some(asio::buffer(&ignored_, 1), [me = shared_from_this()](error_code, std::size_t) { me->close(); });
}

void AdminConnection::wait() {
  timer_.expires_after(milliseconds(streaming_.stream_ms));
  timer_.async_wait([me = shared_from_this()](error_code error) {
    if (!error && !me->left_) me->next();
  });
}

void AdminConnection::next() {
  asio::post(settings_.workers, [me = shared_from_this()] {
    std::string out;
    bool more = false;
    try {
      more = me->streaming_.stream(out);
    } catch (const std::exception&) { // the stream ends
    }
    asio::post(me->stream_.get_executor(), [me, more, out = std::move(out)]() mutable {
      if (me->left_) return;
      if (!more) me->streaming_.stream = {};
      if (out.empty() && more && (me->silent_ms_ += me->streaming_.stream_ms) >= limits::admin_stream_silence) out = ":\n\n";
      if (!out.empty()) return me->send(std::move(out));
      more ? me->wait() : me->close();
    });
  });
}

void AdminConnection::send(std::string text) {
  silent_ms_ = 0;
  out_ = std::move(text);
  stream_.expires_after(settings_.deadline); // of the write: a read is under way, which has none
  asio::async_write(stream_, asio::buffer(out_), [me = shared_from_this()](error_code error, std::size_t) {
    if (error || !me->streaming_.stream) return me->close();
    me->wait();
  });
}

} // namespace inferd
