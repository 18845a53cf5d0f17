#pragma once
// The thread on which everything of the network happens. Asio stays out of this header: it costs seconds a file.

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

/// One event loop on one thread. Whatever is made on it (make_http, make_rpc) must be gone before it is: its destructor
/// runs what was posted so far and what follows from it (cut connections end their waits; half a second at most), then ends
/// the thread. It waits for a name being resolved, which the C library does not let
/// go of before its own timeouts (10 s with one dead name server); addresses as hosts are never resolved.
class IoThread {
public:
  /// `ca_file`: PEM certificates trusted besides the system's, for a node with a private authority. Empty: none.
  explicit IoThread(std::string ca_file = {});
  ~IoThread();
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;

  boost::asio::io_context& context();

  /// Runs `work` on the thread, soon. From any thread.
  void post(std::function<void()> work);
  /// As post, but at once when already on the thread.
  void dispatch(std::function<void()> work);

  /// The certificates a peer is checked against. Made when first wanted, on the thread; throws std::runtime_error with a
  /// sentence that names the file when `ca_file` cannot be read.
  boost::asio::ssl::context& tls();

private:
  struct Loop;
  std::unique_ptr<Loop> loop_;
};

} // namespace inferd
