#pragma once
// One WebSocket, from its URL to its end. It knows text messages and nothing of what is in them.

#include "runtime/live/io.hpp"
#include "runtime/endpoints/url.hpp"

#include <cstdint>
#include <string_view>

namespace inferd {

struct WsLimits {
  std::int64_t connect_deadline_ms; ///< resolve, connect, TLS and WebSocket handshake together
  std::int64_t silence_ms;          ///< a peer is pinged after half of it, and given up after all of it
  std::size_t max_message;
};

/// Why a socket ended.
struct WsEnd {
  std::string reason;              ///< names host, port and step
  std::int64_t retry_after_ms = 0; ///< what a peer that declined (429, 503) wished for, 0: nothing
};

/// All calls and all callbacks on the io thread.
class WsSocket {
public:
  struct Listener {
    std::function<void()> opened;
    std::function<void(std::string_view)> message; ///< valid during the call
    std::function<void(WsEnd)> closed;             ///< exactly once, unless close() came first
  };
  virtual ~WsSocket() = default;

  virtual void open(Listener) = 0;
  /// Hands the text to the kernel at once unless an earlier one is still on its way there. Only after `opened`.
  virtual void send(std::string text) = 0;
  /// Cuts the connection; no callback comes any more.
  virtual void close() = 0;
};

std::shared_ptr<WsSocket> make_ws_socket(IoThread&, const Url&, const WsLimits&);

} // namespace inferd
