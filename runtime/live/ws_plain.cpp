#include "runtime/live/ws_socket.ipp"

namespace inferd {

std::shared_ptr<WsSocket> make_tls_ws_socket(IoThread&, const RpcUrl&, const WsLimits&); // ws_tls.cpp

std::shared_ptr<WsSocket> make_ws_socket(IoThread& io, const RpcUrl& url, const WsLimits& limits) {
  if (url.tls) return make_tls_ws_socket(io, url, limits);
  return std::make_shared<live::WsSocketOver<live::PlainStream>>(io, url, limits);
}

} // namespace inferd
