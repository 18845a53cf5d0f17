#include "runtime/admin/admin_server.hpp"

#include "runtime/admin/admin_connection.hpp"
#include "runtime/admin/socket_file.hpp"
#include "messages/limits.hpp"

#include <boost/asio.hpp>
#include <atomic>
#include <chrono>
#include <stdexcept>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

namespace inferd {
namespace {

namespace asio = boost::asio;
using Local = asio::local::stream_protocol;
using Tcp = asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds file_interval{2'000}; ///< between two checks of the socket's file
constexpr milliseconds end_interval{2};      ///< between two looks whether all requests are answered, at the end
constexpr int end_checks = 150;
constexpr milliseconds accept_interval{100}; ///< before accepting is tried again after an error

/// Whether the peer is a process of this user or of root. The socket's mode says the same, unless somebody has changed it.
bool trusted(Local::socket& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == ::geteuid() || peer.uid == 0;
}

Tcp::endpoint parse_endpoint(const std::string& text) {
  const auto colon = text.rfind(':');
  error_code error;
  auto host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  const auto address = asio::ip::make_address(host, error);
  if (error || colon == text.npos) throw std::runtime_error("admin.listen " + text + ": not an address and a port");
  return {address, static_cast<unsigned short>(std::stoul(text.substr(colon + 1)))};
}

} // namespace

struct AdminServer::Impl {
  Impl(std::string path, AdminHandler h, milliseconds deadline)
    : handler(std::move(h)), deadline(deadline), file(std::make_unique<SocketFile>(std::move(path))), local(io), tcp(io) {
    local.acceptor.assign(Local(), file->release());
    accept(local, false);
    look_after_file();
  }
  ~Impl() {
    // The answer to a request that ends the daemon shall arrive.
    for (int i = 0; answering > 0 && i < end_checks; ++i) std::this_thread::sleep_for(end_interval);
    closing = true;
    io.stop();
    if (thread.joinable()) thread.join();
    workers.stop(); // drops tasks that have not started
    workers.join();
  }

  template <class Protocol> struct Listener {
    explicit Listener(asio::io_context& io) : acceptor(io), pause(io) {}
    typename Protocol::acceptor acceptor;
    asio::steady_timer pause;
    std::size_t open = 0; ///< on the io thread only, as is `accepting`
    bool accepting = false;
  };

  void listen(const std::string& address) {
    const auto endpoint = parse_endpoint(address);
    try {
      tcp.acceptor.open(endpoint.protocol());
      tcp.acceptor.set_option(Tcp::acceptor::reuse_address(true));
      tcp.acceptor.bind(endpoint);
      tcp.acceptor.listen(static_cast<int>(limits::admin_connections));
    } catch (const boost::system::system_error& e) {
      error_code ignored;
      tcp.acceptor.close(ignored);
      throw std::runtime_error("admin.listen " + address + ": " + e.code().message());
    }
    accept(tcp, true);
  }

  /// At most limits::admin_connections at once at each listener; the rest wait in the kernel's backlog.
  template <class Protocol> void accept(Listener<Protocol>& listener, bool is_tcp) {
    if (listener.accepting || listener.open >= limits::admin_connections) return;
    listener.accepting = true;
    listener.acceptor.async_accept([this, &listener, is_tcp](error_code error, typename Protocol::socket socket) {
      listener.accepting = false;
      if (error == asio::error::operation_aborted) return accept(listener, is_tcp); // the acceptor has another socket now
      if (error) { // no descriptors left, for example: retry later
        listener.pause.expires_after(accept_interval);
        return listener.pause.async_wait([this, &listener, is_tcp](error_code e) {
          if (!e) accept(listener, is_tcp);
        });
      }
      ++listener.open;
      bool stranger = false;
      if constexpr (std::is_same_v<Protocol, Local>) stranger = !trusted(socket);
      AdminConnection::Settings settings{handler,
                                         workers,
                                         deadline,
                                         is_tcp,
                                         answering,
                                         [this] { return stream_begins(); },
                                         [this, &listener, is_tcp](bool was_stream) { ended(listener, is_tcp, was_stream); }};
      const auto connection =
        std::make_shared<AdminConnection>(AdminConnection::Socket(std::move(socket)), std::move(settings));
      if (stranger) connection->refuse("this socket answers processes of its owner and of root");
      else connection->start();
      accept(listener, is_tcp);
    });
  }
  bool stream_begins() {
    if (streams >= limits::admin_streams) return false;
    ++streams;
    return true;
  }
  template <class Protocol> void ended(Listener<Protocol>& listener, bool is_tcp, bool was_stream) {
    if (closing) return;
    asio::post(io, [this, &listener, is_tcp, was_stream] {
      --listener.open;
      if (was_stream) --streams;
      accept(listener, is_tcp);
    });
  }
  /// A socket whose file was removed, by a clean-up for example, cannot be reached any more.
  void look_after_file() {
    look.expires_after(file_interval);
    look.async_wait([this](error_code) {
      if (!file->present()) try {
          auto anew = std::make_unique<SocketFile>(file->path());
          error_code ignored;
          local.acceptor.close(ignored);
          local.acceptor.assign(Local(), anew->release());
          file = std::move(anew);
          accept(local, false);
        } catch (const std::exception&) { // not possible now: tried again
        }
      look_after_file();
    });
  }

  AdminHandler handler;
  milliseconds deadline;
  std::atomic<bool> closing = false;
  std::atomic<int> answering = 0;
  std::unique_ptr<SocketFile> file;
  asio::io_context io{1};
  // With all connections open and waiting for their handlers io has no work, and run() would return.
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  asio::thread_pool workers{2}; // destroyed before io: its tasks hold connections
  Listener<Local> local;
  Listener<Tcp> tcp;
  asio::steady_timer look{io};
  std::size_t streams = 0; ///< on the io thread only
  std::string tcp_trouble;
  std::thread thread;
};

AdminServer::AdminServer(std::string path, AdminHandler handler, std::int64_t deadline_ms)
  : AdminServer(std::move(path), {}, std::move(handler), deadline_ms) {}

AdminServer::AdminServer(std::string path, const std::string& address, AdminHandler handler, std::int64_t deadline_ms)
  : impl_(std::make_unique<Impl>(std::move(path), std::move(handler), milliseconds(deadline_ms))) {
  if (!address.empty()) try {
      impl_->listen(address);
    } catch (const std::exception& e) {
      impl_->tcp_trouble = e.what();
    }
  impl_->thread = std::thread([impl = impl_.get()] { impl->io.run(); });
}

AdminServer::~AdminServer() = default;

std::uint16_t AdminServer::port() const {
  error_code error;
  const auto endpoint = impl_->tcp.acceptor.local_endpoint(error);
  return error ? std::uint16_t{0} : endpoint.port();
}

const std::string& AdminServer::tcp_trouble() const { return impl_->tcp_trouble; }

} // namespace inferd
