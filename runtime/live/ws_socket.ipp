#pragma once
// WsSocket over a plain or a TLS stream. One translation unit for each: either takes half a minute to compile.

#include "base/retry_after.hpp"
#include "runtime/live/dial.hpp"
#include "runtime/live/system_clock.hpp"
#include "runtime/live/ws_socket.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <optional>

namespace inferd::live {

namespace websocket = beast::websocket;

template <class Stream> class WsSocketOver final : public WsSocket, public std::enable_shared_from_this<WsSocketOver<Stream>> {
public:
  WsSocketOver(IoThread& io, RpcUrl url, WsLimits limits)
    : io_(io), url_(std::move(url)), limits_(limits), deadline_(io.context()), resolver_(io.context()) {}

  void open(Listener listener) override {
    listener_ = std::move(listener);
    deadline_.expires_after(std::chrono::milliseconds(limits_.connect_deadline_ms));
    deadline_.async_wait([self = this->shared_from_this()](const boost::system::error_code& error) {
      if (!error)
        self->end(
          {std::string(self->step_) + ": no answer within " + std::to_string(self->limits_.connect_deadline_ms) + " ms"});
    });
    asio::co_spawn(io_.context(), run(), asio::detached);
  }

  void send(std::string text) override {
    if (ended_) return;
    outbox_.push_back(std::move(text));
    if (outbox_.size() == 1) write();
  }

  void close() override {
    if (std::exchange(ended_, true)) return;
    deadline_.cancel();
    resolver_.cancel();
    if (ws_) beast::get_lowest_layer(*ws_).close();
  }

private:
  using Ws = websocket::stream<Stream>;

  asio::awaitable<void> run() {
    const auto self = this->shared_from_this();
    try {
      co_await dial();
      co_await read();
    } catch (const std::exception& e) {
      end({e.what()});
    }
  }

  asio::awaitable<void> dial() {
    const auto* proxy = io_.proxies().of(url_);
    const auto addresses = co_await resolve(resolver_, proxy ? *proxy : static_cast<const Url&>(url_));
    if (ended_) co_return;
    if constexpr (std::is_same_v<Stream, TlsStream>) ws_.emplace(io_.context(), io_.tls());
    else ws_.emplace(io_.context());
    step_ = "connect";
    co_await connect(beast::get_lowest_layer(*ws_), addresses);
    if (proxy && !ended_) {
      step_ = "proxy";
      co_await tunnel(beast::get_lowest_layer(*ws_), *proxy, static_cast<const Url&>(url_));
    }
    step_ = "TLS";
    if (!ended_) co_await secure(ws_->next_layer(), url_);
    if (ended_) co_return;

    step_ = "WebSocket handshake";
    ws_->read_message_max(limits_.max_message);
    ws_->write_buffer_bytes(64u << 10); // sends a transaction in one write
    ws_->auto_fragment(false);
    ws_->set_option(websocket::stream_base::decorator([this](websocket::request_type& request) {
      if (!url_.user_info.empty()) request.set(beast::http::field::authorization, basic_authorization(url_.user_info));
      for (const auto& [name, value] : url_.headers) request.set(name, value);
    }));
    websocket::response_type response;
    boost::system::error_code error;
    co_await ws_->async_handshake(response, url_.authority(), url_.target, asio::redirect_error(asio::use_awaitable, error));
    if (error == websocket::error::upgrade_declined) {
      const auto pause = response[beast::http::field::retry_after];
      end({"the WebSocket was declined with HTTP " + std::to_string(response.result_int()),
           parse_retry_after({pause.data(), pause.size()}, SystemClock().now()).value_or(0)});
      co_return;
    }
    if (error) fail(step_, error);
    deadline_.cancel();
    ws_->set_option(
      websocket::stream_base::timeout{websocket::stream_base::none(), std::chrono::milliseconds(limits_.silence_ms), true});
    step_ = "receive";
    open_ = true;
    if (!ended_) listener_.opened();
  }

  asio::awaitable<void> read() {
    beast::flat_buffer buffer;
    boost::system::error_code error;
    while (!ended_) {
      co_await ws_->async_read(buffer, asio::redirect_error(asio::use_awaitable, error));
      if (ended_) co_return;
      if (error) throw StepFailed(why(error));
      const auto data = buffer.cdata();
      listener_.message({static_cast<const char*>(data.data()), data.size()});
      buffer.consume(buffer.size());
      if (buffer.capacity() > 1u << 20) buffer = beast::flat_buffer(); // releases the buffer of a huge message
    }
  }

  void write() {
    ws_->async_write(asio::buffer(outbox_.front()),
                     [self = this->shared_from_this()](const boost::system::error_code& error, std::size_t) {
                       if (self->ended_) return;
                       if (error) return self->end({"send: " + error.message()});
                       self->outbox_.pop_front();
                       if (!self->outbox_.empty()) self->write();
                     });
  }

  std::string why(const boost::system::error_code& error) const {
    if (error == websocket::error::closed)
      return "the node closed the WebSocket (code " + std::to_string(ws_->reason().code) + ")";
    if (error == beast::error::timeout) return "receive: silent for " + std::to_string(limits_.silence_ms) + " ms";
    if (error == websocket::error::message_too_big || error == websocket::error::buffer_overflow)
      return "receive: a message is longer than " + std::to_string(limits_.max_message) + " bytes";
    if (error == asio::error::eof) return "receive: the connection was closed";
    return "receive: " + error.message();
  }

  void end(WsEnd end) {
    if (ended_) return;
    close();
    end.reason.insert(0, url_.peer() + ": ");
    listener_.closed(std::move(end));
  }

  IoThread& io_;
  RpcUrl url_;
  WsLimits limits_;
  Listener listener_;
  asio::steady_timer deadline_;
  asio::ip::tcp::resolver resolver_;
  std::optional<Ws> ws_;
  std::deque<std::string> outbox_; ///< the front is being written
  const char* step_ = "resolve";
  bool open_ = false, ended_ = false;
};

} // namespace inferd::live
