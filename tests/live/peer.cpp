#include "tests/live/peer.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <cassert>
#include <csignal>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace inferd::test {
namespace {

int listen_somewhere(int& port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  const bool bound = ::bind(socket, reinterpret_cast<sockaddr*>(&address), size) == 0 && ::listen(socket, 16) == 0 &&
                     ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0;
  assert(bound);
  (void)bound;
  port = ntohs(address.sin_port);
  return socket;
}

std::string pem_text(BIO* bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio, &data);
  std::string text(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

BIO* pem_bio(const std::string& text) { return BIO_new_mem_buf(text.data(), static_cast<int>(text.size())); }

struct Pair {
  X509* certificate;
  EVP_PKEY* key;
  explicit Pair(const Certificate& pem) {
    BIO* c = pem_bio(pem.certificate);
    certificate = PEM_read_bio_X509(c, nullptr, nullptr, nullptr);
    BIO_free(c);
    BIO* k = pem_bio(pem.key);
    key = PEM_read_bio_PrivateKey(k, nullptr, nullptr, nullptr);
    BIO_free(k);
  }
  ~Pair() {
    X509_free(certificate);
    EVP_PKEY_free(key);
  }
};

void extend(X509* certificate, int nid, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

} // namespace

Certificate make_certificate(const std::string& name, const Certificate* authority) {
  EVP_PKEY* key = EVP_EC_gen("P-256");
  X509* certificate = X509_new();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), authority ? 2 : 1);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -3600);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86'400);
  X509_set_pubkey(certificate, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  extend(certificate, NID_subject_alt_name, name);
  extend(certificate, NID_basic_constraints, authority ? "CA:FALSE" : "critical,CA:TRUE");
  if (authority) {
    const Pair issuer(*authority);
    X509_set_issuer_name(certificate, X509_get_subject_name(issuer.certificate));
    X509_sign(certificate, issuer.key, EVP_sha256());
  } else {
    X509_set_issuer_name(certificate, X509_get_subject_name(certificate));
    X509_sign(certificate, key, EVP_sha256());
  }
  BIO* c = BIO_new(BIO_s_mem());
  PEM_write_bio_X509(c, certificate);
  BIO* k = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(k, key, nullptr, nullptr, 0, nullptr, nullptr);
  X509_free(certificate);
  EVP_PKEY_free(key);
  return {pem_text(c), pem_text(k)};
}

std::string Connection::read(std::size_t exactly) {
  while (unread_.size() < exactly) {
    char some[4096];
    const auto n = tls_ ? SSL_read(tls_, some, sizeof some) : static_cast<int>(::recv(socket_, some, sizeof some, 0));
    if (n <= 0) throw Disconnected{};
    unread_.append(some, static_cast<std::size_t>(n));
  }
  auto taken = unread_.substr(0, exactly);
  unread_.erase(0, exactly);
  return taken;
}

void Connection::send_raw(std::string_view raw) {
  while (!raw.empty()) {
    const auto size = static_cast<int>(std::min<std::size_t>(raw.size(), 1u << 16));
    const auto n = tls_ ? SSL_write(tls_, raw.data(), size)
                        : static_cast<int>(::send(socket_, raw.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL));
    if (n <= 0) throw Disconnected{};
    raw.remove_prefix(static_cast<std::size_t>(n));
  }
}

void Connection::relay(int port, std::string_view first) {
  const int there = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  bool open = ::connect(there, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::send(there, first.data(), first.size(), MSG_NOSIGNAL);
  ::send(there, unread_.data(), unread_.size(), MSG_NOSIGNAL);
  while (open) {
    pollfd ends[2] = {{socket_, POLLIN, 0}, {there, POLLIN, 0}};
    if (::poll(ends, 2, -1) < 0) break;
    for (const auto& [from, to] : {std::pair{0, 1}, std::pair{1, 0}}) {
      if (!open || ends[from].revents == 0) continue;
      char some[4096];
      const auto n = ::recv(ends[from].fd, some, sizeof some, 0);
      open = n > 0 && ::send(ends[to].fd, some, static_cast<std::size_t>(n), MSG_NOSIGNAL) == n;
    }
  }
  ::close(there);
}

void Connection::discard_input() {
  for (;;) read(1);
}

void Connection::reset() {
  const linger now{1, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

std::string Connection::request() {
  std::string text;
  while (!text.ends_with("\r\n\r\n")) text += read(1);
  const std::string_view field = "Content-Length: ";
  const auto at = text.find(field);
  return at == text.npos ? text : text + read(std::stoul(text.substr(at + field.size())));
}

void Connection::grant(const std::string& head) {
  const std::string_view field = "Sec-WebSocket-Key: ";
  const auto at = head.find(field) + field.size();
  const auto proof = head.substr(at, head.find('\r', at) - at) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  unsigned char digest[SHA_DIGEST_LENGTH];
  SHA1(reinterpret_cast<const unsigned char*>(proof.data()), proof.size(), digest);
  char accept[64];
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(accept), digest, sizeof digest);
  send_raw(std::string("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n") +
           "Sec-WebSocket-Accept: " + accept + "\r\n\r\n");
}

int Connection::receive(std::string& payload) {
  const auto head = read(2);
  const auto opcode = static_cast<unsigned char>(head[0]) & 0x0f;
  std::size_t size = static_cast<unsigned char>(head[1]) & 0x7f;
  if (size >= 126) {
    std::size_t longer = 0;
    for (const unsigned char c : read(size == 126 ? 2 : 8)) longer = longer << 8 | c;
    size = longer;
  }
  const auto mask = read(4);
  payload = read(size);
  for (std::size_t i = 0; i < size; ++i) payload[i] = static_cast<char>(payload[i] ^ mask[i % 4]);
  if (opcode == 8) throw Disconnected{};
  if (opcode == 9) frame(0x8a, payload);
  return opcode;
}

std::string Connection::receive_text() {
  std::string payload;
  while (receive(payload) != 1) {
  }
  return payload;
}

void Connection::answer_pings(int count) {
  std::string ignored;
  while (count > 0)
    if (receive(ignored) == 9) --count;
}

void Connection::send_text(std::string_view text) { frame(0x81, text); }

void Connection::frame(unsigned char first, std::string_view payload) {
  std::string bytes(1, static_cast<char>(first));
  if (payload.size() < 126) {
    bytes += static_cast<char>(payload.size());
  } else {
    const bool short_form = payload.size() < 65'536;
    bytes += static_cast<char>(short_form ? 126 : 127);
    for (int shift = short_form ? 8 : 56; shift >= 0; shift -= 8) bytes += static_cast<char>(payload.size() >> shift & 0xff);
  }
  send_raw(bytes.append(payload));
}

Peer::Peer(Script script, const std::optional<Certificate>& certificate)
  : script_(std::move(script)), listener_(listen_somewhere(port_)) {
  std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes without MSG_NOSIGNAL
  if (certificate) rotate(*certificate);
  acceptor_ = std::thread([this] { accept(); });
}

Peer::~Peer() {
  ending_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int socket : open_) ::shutdown(socket, SHUT_RDWR);
  }
  for (auto& script : scripts_) script.join();
  ::close(listener_);
  for (auto* tls : tls_) SSL_CTX_free(tls);
}

void Peer::rotate(const Certificate& certificate) {
  const Pair pair(certificate);
  ssl_ctx_st* tls = SSL_CTX_new(TLS_server_method());
  SSL_CTX_use_certificate(tls, pair.certificate);
  SSL_CTX_use_PrivateKey(tls, pair.key);
  const std::lock_guard lock(mutex_);
  tls_.push_back(tls);
}

std::string Peer::url(std::string_view scheme, std::string_view host) const {
  return std::string(scheme) + "://" + std::string(host) + ":" + std::to_string(port_);
}

void Peer::accept() {
  for (;;) {
    const int socket = ::accept(listener_, nullptr, nullptr);
    if (socket < 0 || ending_) {
      if (socket >= 0) ::close(socket);
      return;
    }
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ++connections_;
    const std::lock_guard lock(mutex_);
    open_.push_back(socket);
    scripts_.emplace_back([this, socket] { serve(socket); });
  }
}

void Peer::serve(int socket) {
  ssl_st* tls = nullptr;
  try {
    {
      const std::lock_guard lock(mutex_);
      if (!tls_.empty()) tls = SSL_new(tls_.back());
    }
    if (tls) {
      SSL_set_fd(tls, socket);
      if (SSL_accept(tls) != 1) throw Disconnected{};
    }
    Connection connection(socket, tls);
    script_(connection);
  } catch (const Disconnected&) {
  }
  if (tls) SSL_free(tls); // no close_notify: the harder case
  const std::lock_guard lock(mutex_);
  std::erase(open_, socket);
  ::close(socket);
}

std::string closed_port_url(std::string_view scheme) {
  int port;
  ::close(listen_somewhere(port));
  return std::string(scheme) + "://127.0.0.1:" + std::to_string(port);
}

} // namespace inferd::test
