#pragma once
// A scripted server for tests: a blocking script runs for each connection. Uses plain sockets, so that it can send what no
// library would.

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

struct ssl_ctx_st;
struct ssl_st;

namespace inferd::test {

/// PEM.
struct Certificate {
  std::string certificate, key;
};
/// For `name` ("DNS:localhost" or "IP:127.0.0.1"), self-signed or signed by `authority`.
Certificate make_certificate(const std::string& name, const Certificate* authority = nullptr);

/// Thrown when the client closes or the test ends; scripts need not catch it.
struct Disconnected {};

class Connection {
public:
  Connection(int socket, ssl_st* tls) : socket_(socket), tls_(tls) {}

  std::string request();               ///< one HTTP request: head and body (Content-Length)
  void send_raw(std::string_view raw); ///< raw bytes
  void skip(std::size_t bytes) { read(bytes); }
  /// Copies bytes both ways between a plain client and 127.0.0.1:port until either ends; sends `first` before.
  void relay(int port, std::string_view first = {});
  void discard_input(); ///< discards input until the client closes or the test ends
  void reset();         ///< closes with RST

  void upgrade() { grant(request()); }                       ///< reads and accepts a WebSocket upgrade
  void grant(const std::string& head);                       ///< accepts an upgrade that was read
  std::string receive_text();                                ///< the next text message; answers pings meanwhile
  void answer_pings(int count);                              ///< until `count` pings were answered
  void send_text(std::string_view text);                     ///< sends a text message
  void frame(unsigned char first, std::string_view payload); ///< sends any frame; `first` is FIN and opcode

private:
  std::string read(std::size_t exactly);
  int receive(std::string& payload); ///< one frame of any kind; returns its opcode

  int socket_;
  ssl_st* tls_;
  std::string unread_; ///< read but not consumed
};

class Peer {
public:
  using Script = std::function<void(Connection&)>;
  explicit Peer(Script, const std::optional<Certificate>& = {});
  ~Peer(); ///< closes every connection and joins the scripts

  void rotate(const Certificate&); ///< for the connections that are accepted from now on; the peer has one already

  std::string url(std::string_view scheme, std::string_view host = "127.0.0.1") const;
  std::string name() const { return "127.0.0.1:" + std::to_string(port_); }
  int port() const { return port_; }
  int connections() const { return connections_; } ///< accepted so far

private:
  void accept();
  void serve(int socket);

  Script script_;
  int listener_;
  int port_;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_; ///< guards open_, scripts_ and tls_
  std::vector<ssl_ctx_st*> tls_; ///< the newest last; a connection in progress keeps using its own
  std::vector<int> open_;
  std::vector<std::thread> scripts_;
  std::atomic<bool> ending_ = false;
  std::thread acceptor_;
};

/// The URL of a closed port.
std::string closed_port_url(std::string_view scheme);

} // namespace inferd::test
