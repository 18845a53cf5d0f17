#pragma once

#include "runtime/ports/http_port.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace inferd::sim {

/// An HTTP and WebSocket server on 127.0.0.1 with a thread of its own. Knows neither chain nor market.
class Server {
public:
  /// An answer, held back for `delay_ms`.
  struct Delayed {
    HttpAnswer answer;
    std::int64_t delay_ms = 0;
  };
  using Client = std::uint64_t;                      ///< a WebSocket client, never used twice
  struct Handlers {                                  ///< all called on the server's thread, one at a time; they must not block
    std::function<Delayed(const HttpRequest&)> http; ///< `url` is complete; header names are in lower case
    std::function<bool(Client)> opened;              ///< false: refused, the socket is closed at once
    std::function<std::string(Client, std::string_view)> message; ///< the answer; empty: none. In the order of arrival
    std::function<void(Client)> closed;
  };
  struct Limits {
    std::size_t clients = 256;
    std::size_t message = 2u << 20;    ///< a request's body or a WebSocket message: 413, or the socket is closed
    std::size_t unsent = 32u << 20;    ///< bytes waiting for a client that does not read: it is dropped
    std::int64_t patience_ms = 30'000; ///< for a request that has begun, or a client that answers no ping
  };

  /// `port` 0: any free one. Throws std::runtime_error, naming the port, when it is taken or not allowed.
  Server(std::uint16_t port, Handlers handlers, Limits limits);
  Server(std::uint16_t port, Handlers handlers) : Server(port, std::move(handlers), Limits{}) {}
  ~Server(); ///< closes every socket and waits for the thread

  std::uint16_t port() const;
  void send(Client, std::string text); ///< from any thread; nothing happens when the client is gone
  void drop(Client);                   ///< from any thread; without a closing handshake

  struct Core; ///< of server.cpp alone

private:
  std::unique_ptr<Core> core_;
};

} // namespace inferd::sim
