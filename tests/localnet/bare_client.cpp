// The least a client of this chain can do: the floor that inferd is measured against (etc/race --floor).
//
//   localnet.bare_client PORT TOPIC [http]
//
// One thread, blocking sockets. It subscribes to the topic's openings, then for each line of standard input (a signed
// transaction in base64) waits for the next opening and sends the bytes when the last byte of the event's frame is there.
// They go over the WebSocket that brought the event, or over an HTTP connection that is open already. The node's answer is
// printed, one line each. Every byte to be sent exists before the event; nothing is parsed between.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

namespace {

[[noreturn]] void fail(const std::string& why) {
  std::cerr << "bare_client: " << why << '\n';
  std::exit(1);
}

/// A connection to 127.0.0.1 and what was received on it but not taken yet.
struct Connection {
  int fd = -1;
  std::string in;

  explicit Connection(int port) : fd(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    if (::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) fail("cannot connect");
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    buffer_.resize(1u << 18);
  }

  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto n = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) fail("cannot send");
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
  }
  void receive_until(std::size_t size) {
    while (in.size() < size) {
      const auto n = ::recv(fd, buffer_.data(), buffer_.size(), 0);
      if (n <= 0) fail("the node closed the connection");
      in.append(buffer_.data(), static_cast<std::size_t>(n));
    }
  }
  std::string take(std::size_t size) {
    receive_until(size);
    auto out = in.substr(0, size);
    in.erase(0, size);
    return out;
  }
  std::string take_until(std::string_view end) {
    std::size_t at{};
    while ((at = in.find(end)) == std::string::npos) receive_until(in.size() + 1);
    return take(at + end.size());
  }

private:
  std::string buffer_;
};

/// A client's frame; its mask is zero, which leaves the payload as it is.
std::string frame(unsigned char opcode, std::string_view payload) {
  std::string out{static_cast<char>(0x80 | opcode)};
  if (payload.size() < 126) {
    out += static_cast<char>(0x80 | payload.size());
  } else {
    if (payload.size() > 0xffff) fail("a transaction of more than 64 kB");
    out += {static_cast<char>(0xfe), static_cast<char>(payload.size() >> 8), static_cast<char>(payload.size())};
  }
  return out.append(4, '\0').append(payload);
}

/// The next text message. CometBFT does not fragment.
std::string message(Connection& ws) {
  for (;;) {
    const auto head = ws.take(2);
    std::uint64_t size = head[1] & 0x7f;
    if (size >= 126) {
      const auto more = ws.take(size == 126 ? 2 : 8);
      size = 0;
      for (const unsigned char byte : more) size = size << 8 | byte;
    }
    auto payload = ws.take(size);
    if ((head[0] & 0x0f) == 1) return payload;
    if ((head[0] & 0x0f) == 9) ws.send(frame(10, payload));
    if ((head[0] & 0x0f) == 8) fail("the node closed the WebSocket");
  }
}

std::string post(std::string_view body) {
  return "POST / HTTP/1.1\r\nHost: node\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + std::string(body);
}

std::string http_answer(Connection& http) {
  const auto head = http.take_until("\r\n\r\n");
  const auto at = head.find("Content-Length: ");
  if (at == std::string::npos) fail("an answer without Content-Length");
  return http.take(std::strtoul(head.c_str() + at + 16, nullptr, 10));
}

} // namespace

int main(int count, char** words) {
  if (count < 3) fail("usage: PORT TOPIC [http]");
  const int port = std::atoi(words[1]);
  const std::string topic = words[2];
  const bool over_http = count > 3 && std::string_view(words[3]) == "http";

  Connection ws(port), http(port);
  ws.send("GET /websocket HTTP/1.1\r\nHost: node\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n");
  if (ws.take_until("\r\n\r\n").find(" 101 ") == std::string::npos) fail("the WebSocket was declined");
  ws.send(frame(1, R"({"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"query":"tm.event='NewBlockEvents' AND )"
                   R"(emissions.v10.EventWorkerSubmissionWindowOpened.topic_id = '\")" +
                     topic + R"(\"'"}})"));
  if (message(ws).find("error") != std::string::npos) fail("the subscription was refused");
  std::cout << "ready" << std::endl;

  for (std::string tx; std::getline(std::cin, tx);) {
    const auto body = R"({"jsonrpc":"2.0","id":2,"method":"broadcast_tx_sync","params":{"tx":")" + tx + R"("}})";
    const auto request = over_http ? post(body) : frame(1, body);
    if (over_http) { // a node closes what was silent for ten seconds
      http.send(post(R"({"jsonrpc":"2.0","id":1,"method":"health","params":{}})"));
      http_answer(http);
    }
    message(ws); // nothing but openings is subscribed to
    (over_http ? http : ws).send(request);
    std::cout << (over_http ? http_answer(http) : message(ws)) << std::endl;
  }
}
