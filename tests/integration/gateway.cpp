// A provider's gateway in front of a simulated network, for secrets.sh: serves only who presents every credential, at paths
// that hold keys, and repeats the whole request in each refusal, as some gateways do.
//   gateway UPSTREAM_PORT REFUSE_EVERY CREDENTIAL...   a credential is a line of a request's head, or a part of one
// Prints its port. Paths end in what the network serves: /…/stream is its WebSocket, /…/status and /…/api/… as they are, any
// other is its root.
#include "tests/live/peer.hpp"

#include <csignal>
#include <iostream>

namespace {

std::string upstream_target(const std::string& target) {
  for (const std::string known : {"/api/v3/", "/status"})
    if (const auto at = target.find(known); at != target.npos) return target.substr(at);
  return target.find("/stream") != target.npos || target.find("/websocket") != target.npos ? "/websocket" : "/";
}

} // namespace

int main(int argc, char** argv) {
  sigset_t signals; // before the first thread
  sigemptyset(&signals);
  for (const int s : {SIGINT, SIGTERM}) sigaddset(&signals, s);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  const int port = std::stoi(argv[1]), refuse_every = std::stoi(argv[2]);
  const std::vector<std::string> credentials(argv + 3, argv + argc);
  std::atomic<int> requests = 0;
  const inferd::test::Peer peer([&](inferd::test::Connection& c) {
    const auto request = c.request();
    bool known = ++requests % refuse_every != 0;
    for (const auto& credential : credentials) known = known && request.find(credential) != request.npos;
    if (!known) {
      std::string words = "not for you: ";
      for (const char ch : request) words += ch < ' ' ? ' ' : ch;
      return c.send_raw("HTTP/1.1 401 Unauthorized\r\nContent-Length: " + std::to_string(words.size()) +
                        "\r\nConnection: close\r\n\r\n" + words);
    }
    const auto first = request.find(' ') + 1, last = request.find(' ', first);
    c.relay(port, request.substr(0, first) + upstream_target(request.substr(first, last - first)) + request.substr(last));
  });
  std::cout << peer.url("http").substr(17) << std::endl;
  int received = 0;
  sigwait(&signals, &received);
}
