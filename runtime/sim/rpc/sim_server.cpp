#include "runtime/sim/rpc/sim_server.hpp"

#include <boost/asio/dispatch.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/websocket.hpp>
#include <cctype>
#include <deque>
#include <optional>
#include <stdexcept>
#include <thread>
#include <unordered_map>

namespace inferd::sim {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace websocket = beast::websocket;
using tcp = asio::ip::tcp;
using boost::system::error_code;

namespace {

class WebSocketClient;

} // namespace

/// Member order matters: `io` owns the connections through its operations, and they use the members above.
struct Server::Core {
  Core(Handlers h, Limits l) : handlers(std::move(h)), limits(l) {}

  void listen(std::uint16_t wanted);
  void accept();

  Handlers handlers;
  Limits limits;
  std::uint16_t port = 0;
  std::size_t connections = 0;
  Client next = 1;
  std::unordered_map<Client, std::weak_ptr<WebSocketClient>> clients;
  asio::io_context io{1};
  tcp::acceptor acceptor{io};
  asio::steady_timer accept_again{io};
  std::thread thread;
};

namespace {

using Core = Server::Core;

/// Counts open connections.
struct ConnectionSlot {
  explicit ConnectionSlot(Core& c) : core(c) { ++core.connections; }
  ~ConnectionSlot() { --core.connections; }
  Core& core;
};

class WebSocketClient : public std::enable_shared_from_this<WebSocketClient> {
public:
  WebSocketClient(Core& core, std::shared_ptr<ConnectionSlot> slot, beast::tcp_stream stream)
    : core_(core), slot_(std::move(slot)), socket_(std::move(stream)), id_(core_.next++) {}

  ~WebSocketClient() {
    core_.clients.erase(id_);
    if (accepted_) core_.handlers.closed(id_);
  }

  void start(http::request<http::string_body> upgrade) {
    beast::get_lowest_layer(socket_).expires_never(); // the WebSocket has timeouts of its own
    const auto timeout_limit = std::chrono::milliseconds(core_.limits.timeout_ms);
    socket_.set_option(websocket::stream_base::timeout{timeout_limit, timeout_limit, true});
    socket_.read_message_max(core_.limits.message);
    socket_.text(true);
    upgrade_ = std::move(upgrade);
    socket_.async_accept(upgrade_, [self = shared_from_this()](error_code error) {
      if (error) return;
      self->core_.clients[self->id_] = self;
      self->accepted_ = self->core_.handlers.opened(self->id_);
      if (!self->accepted_) return;
      self->read();
    });
  }

  void send(std::string text) {
    unsent_ += text.size();
    if (unsent_ > core_.limits.unsent) return drop(); // slow consumer
    outbox_.push_back(std::move(text));
    if (outbox_.size() == 1) write();
  }

  void drop() {
    error_code ignored;
    beast::get_lowest_layer(socket_).socket().close(ignored);
  }

private:
  void read() {
    socket_.async_read(inbox_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return;
      const auto bytes = self->inbox_.cdata();
      auto answer = self->core_.handlers.message(self->id_, {static_cast<const char*>(bytes.data()), bytes.size()});
      self->inbox_.consume(self->inbox_.size());
      if (!answer.empty()) self->send(std::move(answer));
      self->read();
    });
  }

  void write() {
    socket_.async_write(asio::buffer(outbox_.front()), [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return self->drop();
      self->unsent_ -= self->outbox_.front().size();
      self->outbox_.pop_front();
      if (!self->outbox_.empty()) self->write();
    });
  }

  Core& core_;
  std::shared_ptr<ConnectionSlot> slot_;
  websocket::stream<beast::tcp_stream> socket_;
  Server::Client id_;
  bool accepted_ = false;
  http::request<http::string_body> upgrade_;
  beast::flat_buffer inbox_;
  std::deque<std::string> outbox_;
  std::size_t unsent_ = 0;
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
public:
  HttpConnection(Core& core, tcp::socket socket)
    : core_(core), slot_(std::make_shared<ConnectionSlot>(core)), stream_(std::move(socket)), delay_(core.io) {}

  void read() {
    parser_.emplace();
    parser_->body_limit(core_.limits.message);
    stream_.expires_after(std::chrono::milliseconds(core_.limits.timeout_ms));
    http::async_read(stream_, buffer_, *parser_,
                     [self = shared_from_this()](error_code error, std::size_t) { self->on_read(error); });
  }

private:
  void on_read(error_code error) {
    if (error == http::error::body_limit) return answer({413, {}, "the request is too large\n"}, false);
    if (error == http::error::end_of_stream || error == beast::error::timeout) return close();
    if (error.category() == http::make_error_code(http::error::bad_method).category())
      return answer({400, {}, error.message() + "\n"}, false);
    if (error) return;

    auto request = parser_->release();
    if (websocket::is_upgrade(request)) {
      if (request.target() != "/websocket") return answer({404, {}, "WebSockets are at /websocket\n"}, request.keep_alive());
      std::make_shared<WebSocketClient>(core_, slot_, std::move(stream_))->start(std::move(request));
      return;
    }
    HttpRequest incoming;
    incoming.url = "http://127.0.0.1:" + std::to_string(core_.port) + std::string(request.target());
    incoming.method = std::string(request.method_string());
    for (const auto& field : request) {
      std::string name(field.name_string());
      for (auto& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
      incoming.headers.emplace_back(std::move(name), std::string(field.value()));
    }
    incoming.body = std::move(request.body());
    auto delayed = core_.handlers.http(incoming);
    if (delayed.delay_ms <= 0) return answer(std::move(delayed.answer), request.keep_alive());
    stream_.expires_never();
    delay_.expires_after(std::chrono::milliseconds(delayed.delay_ms));
    delay_.async_wait(
      [self = shared_from_this(), late = std::move(delayed.answer), keep = request.keep_alive()](error_code stopped) mutable {
        if (!stopped) self->answer(std::move(late), keep);
      });
  }

  void answer(HttpAnswer given, bool keep_alive) {
    response_ = {};
    response_.version(11);
    response_.result(given.status);
    for (const auto& [name, value] : given.headers) response_.set(name, value);
    if (response_.find(http::field::content_type) == response_.end())
      response_.set(http::field::content_type, "application/json");
    response_.body() = std::move(given.body);
    response_.keep_alive(keep_alive);
    response_.prepare_payload();
    stream_.expires_after(std::chrono::milliseconds(core_.limits.timeout_ms));
    http::async_write(stream_, response_, [self = shared_from_this()](error_code error, std::size_t) {
      if (error) return;
      if (!self->response_.keep_alive()) return self->close();
      self->read();
    });
  }

  void close() {
    error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }

  Core& core_;
  std::shared_ptr<ConnectionSlot> slot_;
  beast::tcp_stream stream_;
  asio::steady_timer delay_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  http::response<http::string_body> response_;
};

} // namespace

void Server::Core::listen(std::uint16_t wanted) {
  const tcp::endpoint here{asio::ip::address_v4::loopback(), wanted};
  error_code error;
  acceptor.open(here.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(here, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  const auto named = "port " + std::to_string(wanted);
  if (error == asio::error::address_in_use) throw std::runtime_error(named + " is already in use on 127.0.0.1");
  if (error) throw std::runtime_error(named + " cannot be opened on 127.0.0.1: " + error.message());
  port = acceptor.local_endpoint().port();
}

void Server::Core::accept() {
  acceptor.async_accept([this](error_code error, tcp::socket socket) {
    if (!error && connections < limits.clients) { // beyond the limit: closed by the socket's destructor
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      std::make_shared<HttpConnection>(*this, std::move(socket))->read();
    }
    if (!error) return accept();
    accept_again.expires_after(std::chrono::milliseconds(50)); // out of file descriptors: avoids a busy loop
    accept_again.async_wait([this](error_code stopped) {
      if (!stopped) accept();
    });
  });
}

Server::Server(std::uint16_t port, Handlers handlers, Limits limits)
  : core_(std::make_unique<Core>(std::move(handlers), limits)) {
  core_->listen(port);
  core_->accept();
  core_->thread = std::thread([core = core_.get()] { core->io.run(); });
}

Server::~Server() {
  core_->io.stop();
  core_->thread.join();
  core_->handlers.closed = [](Client) {};
}

std::uint16_t Server::port() const { return core_->port; }

void Server::send(Client id, std::string text) {
  asio::post(core_->io, [core = core_.get(), id, text = std::move(text)]() mutable {
    if (const auto found = core->clients.find(id); found != core->clients.end())
      if (const auto client = found->second.lock()) client->send(std::move(text));
  });
}

void Server::drop(Client id) {
  asio::post(core_->io, [core = core_.get(), id] {
    if (const auto found = core->clients.find(id); found != core->clients.end())
      if (const auto client = found->second.lock()) client->drop();
  });
}

} // namespace inferd::sim
