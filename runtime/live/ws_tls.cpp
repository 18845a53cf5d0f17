#include "runtime/live/ws_socket.ipp"

#include <boost/beast/websocket/ssl.hpp>

namespace inferd {

std::shared_ptr<WsSocket> make_tls_ws_socket(IoThread& io, const RpcUrl& url, const WsLimits& limits) {
  return std::make_shared<live::WsSocketOver<live::TlsStream>>(io, url, limits);
}

} // namespace inferd
