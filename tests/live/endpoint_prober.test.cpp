#define BOOST_TEST_MODULE prober
// Several endpoints, probed over HTTP while one of them is in use over its WebSocket.
#include "runtime/chain/comet/status_probe.hpp"
#include "runtime/live/endpoint_prober.hpp"
#include "tests/live/rpc_client.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

/// A node with a settable `status`, served by POST and WebSocket.
struct Node {
  std::atomic<std::int64_t> height = 100;
  std::atomic<bool> catching_up = false, other_chain = false, refuses_sockets = false, mute = false;
  Awaited<std::string> posted; ///< methods received by POST
  Peer peer{[this](Connection& c) { serve(c); }};

  void serve(Connection& c) {
    const auto head = c.request();
    if (head.starts_with("POST / ")) {
      const auto request = head.substr(head.find("\r\n\r\n") + 4);
      const auto method = method_of(request);
      const bool error = method != "status";
      const auto body = error ? R"({"jsonrpc":"2.0","id":)" + id_of(request) +
                                  R"(,"error":{"code":-32603,"message":"Internal error","data":"tx already exists in cache"}})"
                              : status(id_of(request));
      if (!mute)
        c.send_raw("HTTP/1.1 " + std::string(error ? "500 Internal Server Error" : "200 OK") +
                   "\r\nContent-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" + body);
      posted.put(method);
      return;
    }
    if (refuses_sockets) return c.send_raw("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n");
    c.grant(head);
    for (;;) c.send_text(status(id_of(c.receive_text())));
  }
  std::string status(const std::string& id) const {
    return result(id, R"({"node_info":{"network":")" + std::string(other_chain ? "elsewhere" : "localnet") +
                        R"("},"sync_info":{"latest_block_height":")" + std::to_string(height) + R"(","catching_up":)" +
                        (catching_up ? "true" : "false") + "}}");
  }
  std::string url() const { return peer.url("http"); }
  /// Waits for `n` new probes; all but the last one have been evaluated by then.
  void wait_for_probes(int n) {
    while (posted.waiting() > 0) posted.next();
    while (n-- > 0) BOOST_TEST(posted.next() == "status");
  }
};

RpcSettings probing_settings(std::vector<std::string> endpoints) {
  auto s = settings(std::move(endpoints));
  s.read_status = [](const HttpAnswer& a) { return chain::parse_status_probe(a.status, a.body, "localnet"); };
  s.probe_ms = 10;
  return s;
}

EndpointState state_of(const Client& client, const Node& node) {
  for (const auto& state : client.rpc->endpoints())
    if (state.endpoint == node.peer.name()) return state;
  throw std::runtime_error("not shown");
}

std::optional<RpcPort::Answer> best_other(Client& client, const std::string& method) {
  Awaited<std::optional<RpcPort::Answer>> answer;
  client.rpc->call_other(method, {}, 10'000, [&](auto a) { answer.put(std::move(a)); });
  return answer.next();
}

} // namespace

BOOST_AUTO_TEST_CASE(a_node_behind_the_other_is_left) {
  Node behind, ahead;
  Client client(probing_settings({behind.url(), ahead.url()}));
  BOOST_TEST(client.callbacks.next() == "opened " + behind.peer.name());
  ahead.height = 200;
  BOOST_TEST(client.callbacks.next() == "closed " + behind.peer.name());
  BOOST_TEST(client.reasons.next() == behind.peer.name() + ": it is 100 blocks behind other nodes");
  BOOST_TEST(client.callbacks.next() == "opened " + ahead.peer.name());
}

BOOST_AUTO_TEST_CASE(a_node_that_says_it_is_catching_up_or_of_another_chain_is_left) {
  for (const bool chain : {true, false}) {
    Node turned, good;
    Client client(probing_settings({turned.url(), good.url()}));
    BOOST_TEST(client.callbacks.next() == "opened " + turned.peer.name());
    (chain ? turned.other_chain : turned.catching_up) = true;
    const auto reason = client.reasons.next();
    BOOST_TEST(reason.find(chain ? "of chain 'elsewhere', chain.id says 'localnet'" : "still catching up, at height 100") !=
                 reason.npos,
               reason);
    client.callbacks.next();
    BOOST_TEST(client.callbacks.next() == "opened " + good.peer.name());
  }
}

BOOST_AUTO_TEST_CASE(a_node_that_failed_proves_itself_before_it_is_ready_again) {
  Node first, second;
  first.refuses_sockets = true;
  Client client(probing_settings({first.url(), second.url()}));
  BOOST_TEST(client.callbacks.next() == "closed " + first.peer.name());
  BOOST_TEST(client.callbacks.next() == "opened " + second.peer.name());
  BOOST_TEST((state_of(client, first).use != EndpointUse::ready));
  BOOST_TEST(state_of(client, first).trouble.find("HTTP 503") != std::string::npos);
  first.wait_for_probes(4);
  BOOST_TEST((state_of(client, first).use == EndpointUse::ready));
  BOOST_TEST((state_of(client, second).use == EndpointUse::in_use)); // a working connection is kept
  BOOST_TEST(state_of(client, first).height == 100);
}

BOOST_AUTO_TEST_CASE(a_node_whose_status_is_silent_or_garbage_is_not_ready) {
  Node first, mute;
  mute.mute = true;
  const Peer garbage([](Connection& c) {
    c.request();
    c.send_raw("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n[\"what\"]");
  });
  Client client(probing_settings({first.url(), mute.url(), garbage.url("http")}));
  client.callbacks.next();
  first.wait_for_probes(3);
  int in_backoff = 0;
  for (const auto& s : client.rpc->endpoints())
    in_backoff += s.use == EndpointUse::in_backoff || s.use == EndpointUse::probation;
  BOOST_TEST(in_backoff == 2);
  BOOST_TEST(!best_other(client, "broadcast_tx_sync"));
}

BOOST_AUTO_TEST_CASE(a_second_node_gets_the_request_by_post_and_its_error_is_an_answer) {
  Node first, second;
  Client client(probing_settings({first.url(), second.url()}));
  client.callbacks.next();
  first.wait_for_probes(3);
  const auto answer = best_other(client, "broadcast_tx_sync");
  BOOST_REQUIRE(answer);
  BOOST_TEST((answer->verdict == Verdict::Accepted));
  BOOST_TEST(answer->endpoint == second.peer.name());
  BOOST_TEST(answer->message.at("error").at("data").as_string() == "tx already exists in cache");
  second.mute = true;
  BOOST_TEST((best_other(client, "broadcast_tx_sync")->verdict == Verdict::NoAnswer));
}

BOOST_AUTO_TEST_CASE(a_single_endpoint_is_not_probed_and_has_no_second_node) {
  Node only;
  Client client(probing_settings({only.url()}));
  client.callbacks.next();
  BOOST_TEST(!best_other(client, "broadcast_tx_sync"));
  BOOST_TEST(text(client.ask("status")).size() > 0u);
  BOOST_TEST(only.posted.waiting() == 0u);
  BOOST_TEST(client.rpc->endpoints().size() == 1u);
}
