// A provider's gateway in front of a simulated network, or a proxy, for secrets.sh: serves only who presents every credential,
// at paths that hold keys, and repeats the whole request in each refusal, as some gateways do.
//   gateway UPSTREAM_PORT REFUSE_EVERY CREDENTIAL...   a credential is a line of a request's head, or a part of one; "A=>B": A,
//                                                      which the network gets as B
//   gateway 0 REFUSE_EVERY CREDENTIAL...               a proxy of 127.0.0.1: CONNECT, and requests with a whole URL
// Prints its port. Paths end in what the network serves: /…/stream is its WebSocket, /…/status, /…/api/… and /…/tiingo/… are as
// they are, any other is its root.
#include "tests/live/peer.hpp"

#include <csignal>
#include <iostream>
#include <span>
#include <utility>

namespace {

std::string upstream_target(const std::string& target) {
  for (const std::string known : {"/api/v3/", "/tiingo/", "/status"})
    if (const auto at = target.find(known); at != target.npos) return target.substr(at);
  return target.find("/stream") != target.npos || target.find("/websocket") != target.npos ? "/websocket" : "/";
}

void replace(std::string& text, const std::string& from, const std::string& to) {
  if (const auto at = text.find(from); at != text.npos) text.replace(at, from.size(), to);
}

/// The port in "host:port/..." from `at` on.
int port_at(const std::string& text, std::size_t at) { return std::stoi(text.substr(text.find(':', at) + 1, 5)); }

void forward(inferd::test::Connection& c, const std::string& request) {
  if (request.starts_with("CONNECT ")) {
    c.send_raw("HTTP/1.1 200 Connection established\r\n\r\n");
    return c.relay(port_at(request, 0));
  }
  const auto host = request.find("http://") + 7, path = request.find('/', host);
  c.relay(port_at(request, host), request.substr(0, host - 7) + request.substr(path));
}

} // namespace

int main(int argc, char** argv) {
  sigset_t signals; // before the first thread
  sigemptyset(&signals);
  for (const int s : {SIGINT, SIGTERM}) sigaddset(&signals, s);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const int port = std::stoi(argv[1]), refuse_every = std::stoi(argv[2]);
  std::vector<std::pair<std::string, std::string>> credentials; // as presented, as passed on
  for (const std::string credential : std::span(argv + 3, argv + argc)) {
    const auto arrow = std::min(credential.find("=>"), credential.size());
    const auto presented = credential.substr(0, arrow);
    credentials.emplace_back(presented, arrow == credential.size() ? presented : credential.substr(arrow + 2));
  }
  std::atomic<int> requests = 0;
  const inferd::test::Peer peer([&](inferd::test::Connection& c) {
    auto request = c.request();
    bool known = ++requests % refuse_every != 0;
    for (const auto& [presented, passed_on] : credentials) known = known && request.find(presented) != request.npos;
    if (!known) {
      std::string words = "not for you: ";
      for (const char ch : request) words += ch < ' ' ? ' ' : ch;
      return c.send_raw("HTTP/1.1 " + std::string(port == 0 ? "407" : "401") + " Unauthorized\r\nContent-Length: " +
                        std::to_string(words.size()) + "\r\nConnection: close\r\n\r\n" + words);
    }
    for (const auto& [presented, passed_on] : credentials) replace(request, presented, passed_on);
    if (port == 0) return forward(c, request);
    const auto first = request.find(' ') + 1, last = request.find(' ', first);
    c.relay(port, request.substr(0, first) + upstream_target(request.substr(first, last - first)) + request.substr(last));
  });
  std::cout << peer.url("http").substr(17) << std::endl;
  int received = 0;
  sigwait(&signals, &received);
}
