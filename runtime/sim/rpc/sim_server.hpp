#pragma once

#include "runtime/ports/http_port.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace inferd::sim {

/// An HTTP and WebSocket server on 127.0.0.1 with its own thread; independent of chain and market.
class Server {
public:
  /// An answer, sent after `delay_ms`.
  struct Delayed {
    HttpAnswer answer;
    std::int64_t delay_ms = 0;
  };
  using Client = std::uint64_t;                      ///< id of a WebSocket client; never reused
  struct Handlers {                                  ///< called on the server's thread, one at a time; must not block
    std::function<Delayed(const HttpRequest&)> http; ///< `url` is absolute, header names are in lower case
    std::function<bool(Client)> opened;              ///< false: the client is refused and closed
    std::function<std::string(Client, std::string_view)> message; ///< in order of arrival; returns the answer, empty: none
    std::function<void(Client)> closed;
  };
  struct Limits {
    std::size_t clients = 256;
    std::size_t message = 2u << 20;   ///< bytes of a request's body (then 413) or a WebSocket message (then closed)
    std::size_t unsent = 32u << 20;   ///< bytes queued for a slow client before it is dropped
    std::int64_t timeout_ms = 30'000; ///< limit for reading a request, and for a WebSocket client without a pong
  };

  /// `port` 0: any free one. Throws std::runtime_error, naming the port, if it cannot be opened.
  Server(std::uint16_t port, Handlers handlers, Limits limits);
  Server(std::uint16_t port, Handlers handlers) : Server(port, std::move(handlers), Limits{}) {}
  ~Server(); ///< closes every socket and joins the thread

  std::uint16_t port() const;
  void send(Client, std::string text); ///< from any thread; ignored if the client is gone
  void drop(Client);                   ///< from any thread; no closing handshake

  struct Core;

private:
  std::unique_ptr<Core> core_;
};

} // namespace inferd::sim
