#pragma once
// One WebSocket connection for text messages.

#include "runtime/live/io.hpp"
#include "runtime/endpoints/url.hpp"

#include <cstdint>
#include <string_view>

namespace inferd {

struct WsLimits {
  std::int64_t connect_deadline_ms; ///< total: resolve, connect, TLS, WebSocket handshake
  std::int64_t silence_ms;          ///< sends a ping after half of it, closes after all of it
  std::size_t max_message;
};

struct WsEnd {
  std::string reason;              ///< names host, port and step
  std::int64_t retry_after_ms = 0; ///< Retry-After of a declined handshake (429, 503), without limit; 0: none
};

/// All calls and callbacks on the io thread.
class WsSocket {
public:
  struct Listener {
    std::function<void()> opened;
    std::function<void(std::string_view)> message; ///< valid during the call
    std::function<void(WsEnd)> closed;             ///< exactly once, unless close() was called
  };
  virtual ~WsSocket() = default;

  virtual void open(Listener) = 0;
  /// Starts the write at once unless an earlier one is in progress. Only after `opened`.
  virtual void send(std::string text) = 0;
  /// Closes TCP without a closing handshake; no further callbacks.
  virtual void close() = 0;
};

std::shared_ptr<WsSocket> make_ws_socket(IoThread&, const RpcUrl&, const WsLimits&);

} // namespace inferd
