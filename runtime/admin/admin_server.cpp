#include "runtime/admin/admin_server.hpp"

#include "runtime/admin/socket_file.hpp"
#include "messages/limits.hpp"

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <optional>
#include <thread>

namespace inferd {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Local = asio::local::stream_protocol;
using boost::system::error_code;

using std::chrono::milliseconds;

constexpr std::uint32_t header_limit = 8u << 10;
constexpr milliseconds file_interval{2'000}; ///< between two checks of the socket's file

bool not_http(error_code error) {
  return error.category() == http::make_error_code(http::error::bad_target).category() && error != http::error::end_of_stream &&
         error != http::error::partial_message;
}

bool printable_path(const std::string& path) {
  return path.starts_with('/') && std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c <= '~'; });
}

/// One request, one answer, closed. Everything but the handler runs on the io thread.
class Connection : public std::enable_shared_from_this<Connection> {
public:
  Connection(Local::socket socket, AdminHandler& handler, asio::thread_pool& workers, milliseconds deadline,
             std::function<void()> on_end)
    : stream_(std::move(socket)), handler_(handler), workers_(workers), deadline_(deadline), on_end_(std::move(on_end)) {
    parser_.header_limit(header_limit);
    parser_.body_limit(limits::admin_request);
  }
  ~Connection() { on_end_(); }

  void start() {
    stream_.expires_after(deadline_);
    http::async_read(stream_, buffer_, parser_, [me = shared_from_this()](error_code error, std::size_t) { me->read(error); });
  }

private:
  void read(error_code error) {
    if (error == http::error::header_limit) return answer(admin_error(431, "the request's header is too large"));
    if (error == http::error::body_limit) return answer(admin_error(413, "the request is too large"));
    if (not_http(error)) return answer(admin_error(400, "not an HTTP request: " + error.message()));
    if (error) return; // closed by the client, or too slow
    const auto& message = parser_.get();
    AdminRequest request{std::string(message.method_string()), std::string(message.target())};
    if (!printable_path(request.path)) return answer(admin_error(400, "the path has to begin with / and to be printable"));
    asio::post(workers_, [me = shared_from_this(), request = std::move(request)] {
      AdminAnswer result;
      try {
        result = me->handler_(request);
      } catch (const std::exception& e) {
        result = admin_error(500, std::string("the handler failed: ") + e.what());
      }
      asio::post(me->stream_.get_executor(), [me, result = std::move(result)] { me->answer(result); });
    });
  }

  void answer(const AdminAnswer& a) {
    if (a.body.size() > limits::admin_answer) return answer(admin_error(500, "the answer is too large"));
    response_.emplace(static_cast<http::status>(a.status), 11);
    response_->set(http::field::content_type, a.type);
    response_->set(http::field::cache_control, "no-store");
    response_->keep_alive(false);
    response_->body() = a.body;
    response_->prepare_payload();
    stream_.expires_after(deadline_);
    http::async_write(stream_, *response_, [me = shared_from_this()](error_code, std::size_t) {
      error_code ignored;
      me->stream_.socket().shutdown(Local::socket::shutdown_both, ignored);
    });
  }

  beast::basic_stream<Local> stream_;
  AdminHandler& handler_;
  asio::thread_pool& workers_;
  milliseconds deadline_;
  std::function<void()> on_end_;
  beast::flat_buffer buffer_{header_limit + limits::admin_request};
  http::request_parser<http::string_body> parser_;
  std::optional<http::response<http::string_body>> response_;
};

} // namespace

struct AdminServer::Impl {
  Impl(std::string path, AdminHandler h, milliseconds deadline)
    : handler(std::move(h)), deadline(deadline), file(std::make_unique<SocketFile>(std::move(path))), acceptor(io) {
    acceptor.assign(Local(), file->release());
    accept();
    look_after_file();
    thread = std::thread([this] { io.run(); });
  }
  ~Impl() {
    closing = true;
    io.stop();
    thread.join();
    workers.stop(); // drops tasks that have not started
    workers.join();
  }

  /// At most limits::admin_connections at once; the rest wait in the kernel's backlog.
  void accept() {
    if (accepting || open >= limits::admin_connections) return;
    accepting = true;
    acceptor.async_accept([this](error_code error, Local::socket socket) {
      accepting = false;
      if (error == asio::error::operation_aborted) return accept(); // the acceptor has another socket now
      if (error) {                                                  // no descriptors left, for example: retry later
        pause.expires_after(milliseconds(100));
        return pause.async_wait([this](error_code e) {
          if (!e) accept();
        });
      }
      ++open;
      std::make_shared<Connection>(std::move(socket), handler, workers, deadline, [this] { ended(); })->start();
      accept();
    });
  }
  /// A socket whose file was removed, by a clean-up for example, cannot be reached any more.
  void look_after_file() {
    look.expires_after(file_interval);
    look.async_wait([this](error_code) {
      if (!file->present()) try {
          auto anew = std::make_unique<SocketFile>(file->path());
          error_code ignored;
          acceptor.close(ignored);
          acceptor.assign(Local(), anew->release());
          file = std::move(anew);
          accept();
        } catch (const std::exception&) { // not possible now: tried again
        }
      look_after_file();
    });
  }
  void ended() {
    if (closing) return;
    asio::post(io, [this] {
      --open;
      accept();
    });
  }

  AdminHandler handler;
  milliseconds deadline;
  std::atomic<bool> closing = false;
  std::unique_ptr<SocketFile> file;
  asio::io_context io{1};
  // With all connections open and waiting for their handlers io has no work, and run() would return.
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  asio::thread_pool workers{2}; // destroyed before io: its tasks hold connections
  Local::acceptor acceptor;
  asio::steady_timer pause{io}, look{io};
  std::size_t open = 0; ///< on the io thread only, as is `accepting`
  bool accepting = false;
  std::thread thread;
};

AdminServer::AdminServer(std::string path, AdminHandler handler, std::int64_t deadline_ms)
  : impl_(std::make_unique<Impl>(std::move(path), std::move(handler), milliseconds(deadline_ms))) {}
AdminServer::~AdminServer() = default;

} // namespace inferd
