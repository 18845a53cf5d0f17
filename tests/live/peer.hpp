#pragma once
// The other end of a socket, as kind or as hostile as a test wants: a script runs for each connection, in blocking style.
// Built of plain sockets, so that it can say what no library would.

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

/// A certificate and its key, PEM.
struct Certificate {
  std::string certificate, key;
};
/// For `names` ("DNS:localhost" or "IP:127.0.0.1"), signed by itself, or by `authority`.
Certificate make_certificate(const std::string& name, const Certificate* authority = nullptr);

/// The other side went away, or the test ended: scripts just let it pass.
struct Gone {};

class Connection {
public:
  Connection(int socket, ssl_st* tls) : socket_(socket), tls_(tls) {}

  std::string request();          ///< one HTTP request: head and, by its Content-Length, body
  void say(std::string_view raw); ///< bytes as they are
  void skip(std::size_t bytes) { read(bytes); }
  void hold();  ///< reads and forgets until the other side or the test ends
  void reset(); ///< ends with RST instead of FIN

  void upgrade() { grant(request()); }                       ///< reads the request for a WebSocket and grants it
  void grant(const std::string& head);                       ///< the same, of a request that was read
  std::string hear();                                        ///< the next text message; pings are answered on the way
  void answer_pings(int count);                              ///< until so many have come
  void tell(std::string_view text);                          ///< a text message
  void frame(unsigned char first, std::string_view payload); ///< any frame; `first` is FIN and opcode

private:
  std::string read(std::size_t exactly);
  int receive(std::string& payload); ///< one frame of any kind; its opcode

  int socket_;
  ssl_st* tls_;
  std::string ahead_; ///< read and not yet consumed
};

class Peer {
public:
  using Script = std::function<void(Connection&)>;
  explicit Peer(Script, const std::optional<Certificate>& = {});
  ~Peer(); ///< cuts every connection and waits for the scripts

  std::string url(std::string_view scheme, std::string_view host = "127.0.0.1") const;
  std::string name() const { return "127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; } ///< so far

private:
  void accept();
  void serve(int socket);

  Script script_;
  ssl_ctx_st* tls_ = nullptr;
  int listener_;
  int port_;
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> scripts_;
  std::atomic<bool> ending_ = false;
  std::thread acceptor_;
};

/// An address at which nobody listens.
std::string closed_port_url(std::string_view scheme);

} // namespace inferd::test
