#define BOOST_TEST_MODULE ws_rpc
#include "tests/live/rpc_client.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

BOOST_AUTO_TEST_CASE(a_call_is_sent_as_json_rpc_and_answered_with_the_whole_response) {
  Awaited<std::string> received;
  const Peer peer([&](Connection& c) {
    c.upgrade();
    const auto request = c.receive_text();
    received.put(request);
    c.send_text(result(id_of(request), R"({"a":1})"));
    c.discard_input();
  });
  Client client(settings({peer.url("http")}));
  BOOST_TEST(client.callbacks.next() == "opened " + peer.name());
  client.call("abci_query", 10'000, {{"path", "/a"}});
  const auto answer = client.answers.next();
  BOOST_TEST((answer.verdict == Verdict::Accepted));
  BOOST_TEST(answer.endpoint == peer.name());
  BOOST_TEST(text(answer) == R"({"a":1})");
  BOOST_TEST((json::parse(received.next()) ==
              json::value{{"jsonrpc", "2.0"}, {"id", 1}, {"method", "abci_query"}, {"params", {{"path", "/a"}}}}));
}

BOOST_AUTO_TEST_CASE(requests_arrive_in_order_without_waiting_and_answers_find_their_calls_in_any_order) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    std::vector<std::string> requests;
    while (requests.size() < 50) requests.push_back(c.receive_text()); // answers only after all requests have arrived
    for (std::size_t i = 0; i < requests.size(); ++i)
      if (method_of(requests[i]) != "m" + std::to_string(i)) return;
    for (auto it = requests.rbegin(); it != requests.rend(); ++it)
      c.send_text(result(id_of(*it), "\"" + method_of(*it) + "\""));
    c.discard_input();
  });
  Client client(settings({peer.url("ws")}));
  client.callbacks.next();
  Awaited<std::pair<int, std::string>> answers;
  for (int i = 0; i < 50; ++i)
    client.rpc->call("m" + std::to_string(i), {}, 10'000, [&, i](const RpcPort::Answer& a) { answers.put({i, text(a)}); });
  for (int i = 49; i >= 0; --i) {
    const auto [call, answer] = answers.next();
    BOOST_TEST(call == i);
    BOOST_TEST(answer == "\"m" + std::to_string(i) + "\"");
  }
}

BOOST_AUTO_TEST_CASE(an_error_is_an_answer) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    c.send_text(R"({"jsonrpc":"2.0","id":)" + id_of(c.receive_text()) +
                R"(,"error":{"code":-32603,"message":"no","data":"tx already exists in cache"}})");
    c.discard_input();
  });
  Client client(settings({peer.url("ws")}));
  client.callbacks.next();
  const auto answer = client.ask("broadcast_tx_sync");
  BOOST_TEST((answer.verdict == Verdict::Accepted));
  BOOST_TEST(answer.message.at("error").at("data").as_string() == "tx already exists in cache");
}

BOOST_AUTO_TEST_CASE(events_come_by_the_id_of_their_subscription_and_strays_are_ignored) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    const auto status = id_of(c.receive_text()), subscribe = id_of(c.receive_text());
    c.send_text(result(status, "1"));
    c.send_text(result(subscribe, "{}"));
    c.send_text(result(status, "\"twice\"")); // answered already
    c.send_text(result("999", "\"never asked\""));
    c.send_text(result("\"1\"", "\"another type\""));
    c.send_text(R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"}})"); // no id
    c.send_text("{}");
    c.send_text(result(subscribe, "\"block\""));
    c.discard_input();
  });
  Client client(settings({peer.url("ws")}));
  client.callbacks.next();
  client.call("status");
  client.call("subscribe");
  BOOST_TEST(text(client.answers.next()) == "1");
  BOOST_TEST(text(client.answers.next()) == "{}");
  BOOST_TEST(client.events.next().at("result").as_string() == "block");
  BOOST_TEST(client.answers.waiting() + client.events.waiting() + client.reasons.waiting() == 0u);
}

BOOST_AUTO_TEST_CASE(an_event_that_overtakes_its_subscriptions_answer_is_not_lost) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    const auto id = id_of(c.receive_text());
    c.send_text(result(id, R"({"data":"early"})"));
    c.send_text(result(id, "{}"));
    c.discard_input();
  });
  Client client(settings({peer.url("ws")}));
  client.callbacks.next();
  BOOST_TEST((client.ask("subscribe").verdict == Verdict::Accepted));
  BOOST_TEST(client.events.next().at("result").at("data").as_string() == "early");
}

BOOST_AUTO_TEST_CASE(a_subscription_ended_by_the_node_ends_the_connection) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    const auto id = id_of(c.receive_text());
    c.send_text(result(id, "{}"));
    c.send_text(R"({"jsonrpc":"2.0","id":)" + id +
                R"(,"error":{"code":-32000,"message":"Server error","data":"subscription was cancelled"}})");
    c.discard_input();
  });
  Client client(settings({peer.url("ws")}));
  client.callbacks.next();
  client.ask("subscribe");
  BOOST_TEST(client.reasons.next() == peer.name() + ": the node ended a subscription");
}

BOOST_AUTO_TEST_CASE(an_answer_with_neither_result_nor_error_is_no_answer) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    c.send_text(R"({"jsonrpc":"2.0","id":)" + id_of(c.receive_text()) + "}");
    c.discard_input();
  });
  Client client(settings({peer.url("ws")}));
  client.callbacks.next();
  const auto answer = client.ask("status");
  BOOST_TEST((answer.verdict == Verdict::NoAnswer));
  BOOST_TEST(answer.reason == peer.name() + ": the answer to status holds neither result nor error");
}

BOOST_AUTO_TEST_CASE(a_call_without_answer_ends_at_its_deadline_and_the_late_answer_is_ignored) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    const auto late = id_of(c.receive_text());
    const auto prompt = c.receive_text(); // arrives after the first one's deadline
    c.send_text(result(late, "1"));
    c.send_text(result(id_of(prompt), "2"));
    c.discard_input();
  });
  Client client(settings({peer.url("ws")}));
  client.callbacks.next();
  const auto none = client.ask("status", 30);
  BOOST_TEST((none.verdict == Verdict::NoAnswer));
  BOOST_TEST(none.reason == peer.name() + ": no answer to status within 30 ms");
  BOOST_TEST(text(client.ask("status")) == "2");
}

BOOST_AUTO_TEST_CASE(a_node_that_leaves_several_calls_unanswered_is_left) {
  const Peer mute([](Connection& c) {
    c.upgrade();
    c.discard_input();
  });
  const Peer good(echo);
  Client client(settings({mute.url("ws"), good.url("ws")}));
  BOOST_TEST(client.callbacks.next() == "opened " + mute.name());
  for (int i = 0; i < 3; ++i) client.call("status", 20);
  BOOST_TEST(client.callbacks.next() == "closed " + mute.name());
  BOOST_TEST(client.callbacks.next() == "opened " + good.name());
  for (int i = 0; i < 3; ++i) BOOST_TEST((client.answers.next().verdict == Verdict::NoAnswer));
  BOOST_TEST(text(client.ask("health")) == "\"health\"");
}

BOOST_AUTO_TEST_CASE(when_a_socket_closes_every_pending_call_is_answered_once_and_before_closed) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    for (int i = 0; i < 20; ++i) c.receive_text();
    c.reset();
  });
  Awaited<std::string> order;
  IoThread io;
  const auto rpc = make_rpc(io, settings({peer.url("ws"), test::closed_port_url("ws")}));
  rpc->listen({[&](const std::string&) {
                 for (int i = 0; i < 20; ++i)
                   rpc->call("status", {}, 10'000,
                             [&](const RpcPort::Answer& a) { order.put(a.verdict == Verdict::NoAnswer ? "answered" : "?"); });
               },
               [&](const std::string& endpoint, const std::string&) { order.put(endpoint); },
               {}});
  for (int i = 0; i < 20; ++i) BOOST_TEST(order.next() == "answered");
  BOOST_TEST(order.next() == peer.name());
}

BOOST_AUTO_TEST_CASE(calls_beyond_the_bound_are_refused_as_busy) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    c.discard_input();
  });
  auto s = settings({peer.url("ws")});
  s.max_calls = 2;
  Client client(s);
  client.callbacks.next();
  for (int i = 0; i < 3; ++i) client.call("status");
  const auto answer = client.answers.next();
  BOOST_TEST((answer.verdict == Verdict::Busy));
  BOOST_TEST(client.answers.waiting() == 0u);
}

BOOST_AUTO_TEST_CASE(pending_calls_are_answered_when_the_port_is_destroyed) {
  Awaited<int> arrived;
  const Peer peer([&](Connection& c) {
    c.upgrade();
    c.receive_text();
    arrived.put(1);
    c.discard_input();
  });
  Client client(settings({peer.url("ws")}));
  client.callbacks.next();
  client.call("status");
  arrived.next();
  client.rpc.reset();
  const auto answer = client.answers.next();
  BOOST_TEST((answer.verdict == Verdict::NoAnswer));
  BOOST_TEST(answer.reason == peer.name() + ": the program is ending");
}

BOOST_AUTO_TEST_CASE(endpoints_that_are_none_are_refused_by_their_place) {
  IoThread io;
  const auto wrong = [&](std::vector<std::string> endpoints) -> std::string {
    try {
      make_rpc(io, settings(std::move(endpoints)));
    } catch (const std::invalid_argument& e) {
      return e.what();
    }
    return "";
  };
  BOOST_TEST(wrong({}) == "chain.rpc: no endpoint is given");
  BOOST_TEST(wrong({"http://a", "b:26657"}) == "chain.rpc, endpoint 2: the URL has no scheme like https://");
}
