#pragma once
// The network thread. Asio is not included here, because it costs seconds of compile time for each file.

#include "runtime/endpoints/proxies.hpp"

#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
namespace ssl {
class context;
}
} // namespace boost::asio

namespace inferd {

/// An event loop on one thread. Ports made on it (make_http, make_rpc) must be destroyed first. The destructor runs the posted
/// work and what follows from it (cancelled operations complete; at most half a second), then joins the thread. A pending name
/// resolution delays it until the C library's timeout (10 s with one dead name server); literal addresses are not resolved.
class IoThread {
public:
  /// `ca_file`: PEM certificates trusted in addition to the system's; empty: none.
  explicit IoThread(std::string ca_file = {}, Proxies = {});
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  boost::asio::io_context& context();
  const Proxies& proxies() const;

  /// Queues `work`. From any thread.
  void post(std::function<void()> work);
  /// As post, but runs `work` in place on the io thread.
  void dispatch(std::function<void()> work);

  /// The trusted certificates. Created on first use; io thread only. Throws std::runtime_error, naming the file, if `ca_file`
  /// cannot be read.
  boost::asio::ssl::context& tls();

private:
  struct Loop;
  std::unique_ptr<Loop> loop_;
};

} // namespace inferd
