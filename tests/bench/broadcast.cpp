// Latency of a broadcast from call to response, compared with a bare socket round trip of the same size.
//   bench.broadcast [URL]      a node, to which it sends bytes that CheckTx refuses; default: one in this process

#include "runtime/chain/encoding/codec.hpp"
#include "runtime/chain/comet/comet_calls.hpp"
#include "runtime/live/ws_rpc.hpp"
#include "tests/live/awaited.hpp"
#include "tests/live/peer.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace inferd;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int rounds = 2'000, burst = 200;

double microseconds(Clock::time_point since) { return std::chrono::duration<double, std::micro>(Clock::now() - since).count(); }

void print(const char* what, std::vector<double> took) {
  std::ranges::sort(took);
  std::printf("%-44s p50 %8.1f us   p99 %8.1f us\n", what, took[took.size() / 2], took[took.size() * 99 / 100]);
}

/// Accepts every transaction.
void node(test::Connection& c) {
  c.upgrade();
  for (;;) {
    const auto request = c.receive_text();
    const auto at = request.find("\"id\":") + 5;
    c.send_text(R"({"jsonrpc":"2.0","id":)" + request.substr(at, request.find(',', at) - at) +
                R"(,"result":{"code":0,"data":"","log":"","codespace":"","hash":""}})");
  }
}

/// The baseline: the same number of bytes each way over a blocking socket.
void bare(std::size_t there, std::size_t back) {
  const test::Peer peer([=](test::Connection& c) {
    for (;;) {
      c.skip(there);
      c.send_raw(std::string(back, 'b'));
    }
  });
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0), on = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(peer.name().substr(10))));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) return;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const std::string request(there, 'r');
  std::vector<char> answer(back);
  std::vector<double> took;
  for (int i = 0; i < rounds; ++i) {
    const auto start = Clock::now();
    if (::send(socket, request.data(), there, MSG_NOSIGNAL) < 0) break;
    for (std::size_t got = 0; got < back;) {
      const auto n = ::recv(socket, answer.data() + got, back - got, 0);
      if (n <= 0) return;
      got += static_cast<std::size_t>(n);
    }
    took.push_back(microseconds(start));
  }
  ::close(socket);
  print("bare socket, same bytes", took);
}

} // namespace

int main(int argc, char** argv) {
  const test::Peer peer(node);
  const TxBytes tx{chain::to_base64(std::string(1'100, 'x'))}; // size of a payload with its signatures
  bare(tx.base64.size() + 100, 140);

  test::Awaited<std::string> opened;
  test::Awaited<bool> answers;
  IoThread io;
  const auto rpc = make_rpc(io, {{argc > 1 ? argv[1] : peer.url("ws")}});
  rpc->listen({[&](std::string endpoint) { opened.put(std::move(endpoint)); },
               [](const std::string&, const std::string& reason) { std::fprintf(stderr, "%s\n", reason.c_str()); },
               {}});
  std::printf("node %s\n", opened.next().c_str());
  const auto send = [&] {
    auto call = chain::broadcast_call(tx);
    rpc->call(std::move(call.method), std::move(call.params), 10'000,
              [&](const RpcPort::Answer& a) { answers.put(a.verdict == Verdict::Accepted); });
  };

  std::vector<double> took, bursts;
  int failures = 0;
  for (int i = 0; i < rounds; ++i) {
    const auto start = Clock::now();
    send();
    failures += !answers.next();
    took.push_back(microseconds(start));
  }
  print("broadcast_tx_sync, one at a time", took);
  for (int i = 0; i < 20; ++i) {
    const auto start = Clock::now();
    for (int j = 0; j < burst; ++j) send();
    for (int j = 0; j < burst; ++j) failures += !answers.next();
    bursts.push_back(microseconds(start));
  }
  print("200 of them at once, all answered", bursts);
  if (failures) std::fprintf(stderr, "%d calls were not answered\n", failures);
  return failures != 0;
}
