#define BOOST_TEST_MODULE ws_rpc
#include "runtime/live/ws_rpc.hpp"
#include "tests/live/awaited.hpp"
#include "tests/live/peer.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace inferd;
using test::Awaited;
using test::Connection;
using test::Peer;
namespace json = boost::json;

namespace {

/// Waits short enough for a test, long enough for a busy machine.
RpcSettings settings(std::vector<std::string> endpoints) {
  RpcSettings s{std::move(endpoints)};
  s.backoff = {5, 20, 10'000};
  return s;
}

/// A client with everything it is told in order: "opened NAME", "closed NAME", and the reasons and events apart.
struct Client {
  Awaited<std::string> told, reasons;
  Awaited<json::value> events;
  Awaited<RpcPort::Answer> answers;
  IoThread io;
  std::shared_ptr<RpcPort> rpc;

  explicit Client(RpcSettings s, const std::string& ca_file = {}) : io(ca_file), rpc(make_rpc(io, std::move(s))) {
    rpc->listen({[this](const std::string& endpoint) { told.put("opened " + endpoint); },
                 [this](const std::string& endpoint, const std::string& reason) {
                   reasons.put(reason);
                   told.put("closed " + endpoint);
                 },
                 [this](json::value frame) { events.put(std::move(frame)); }});
  }
  void call(const std::string& method, std::int64_t deadline_ms = 10'000, json::object params = {}) {
    rpc->call(method, std::move(params), deadline_ms, [this](RpcPort::Answer a) { answers.put(std::move(a)); });
  }
  RpcPort::Answer ask(const std::string& method, std::int64_t deadline_ms = 10'000) {
    call(method, deadline_ms);
    return answers.next();
  }
};

std::string id_of(const std::string& request) { return json::serialize(json::parse(request).at("id")); }
std::string method_of(const std::string& request) { return std::string(json::parse(request).at("method").as_string()); }
std::string result(const std::string& id, const std::string& value) {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":)" + value + "}";
}

/// Answers each request with its own method's name.
void echo(Connection& c) {
  c.upgrade();
  for (;;) {
    const auto request = c.hear();
    c.tell(result(id_of(request), "\"" + method_of(request) + "\""));
  }
}

std::string text(const RpcPort::Answer& answer) { return json::serialize(answer.message.at("result")); }

} // namespace

BOOST_AUTO_TEST_CASE(a_call_is_sent_as_json_rpc_and_answered_with_the_whole_response) {
  Awaited<std::string> heard;
  const Peer peer([&](Connection& c) {
    c.upgrade();
    const auto request = c.hear();
    heard.put(request);
    c.tell(result(id_of(request), R"({"a":1})"));
    c.hold();
  });
  Client client(settings({peer.url("http")}));
  BOOST_TEST(client.told.next() == "opened " + peer.name());
  client.call("abci_query", 10'000, {{"path", "/a"}});
  const auto answer = client.answers.next();
  BOOST_TEST((answer.verdict == Verdict::Accepted));
  BOOST_TEST(answer.endpoint == peer.name());
  BOOST_TEST(text(answer) == R"({"a":1})");
  BOOST_TEST((json::parse(heard.next()) ==
              json::value{{"jsonrpc", "2.0"}, {"id", 1}, {"method", "abci_query"}, {"params", {{"path", "/a"}}}}));
}

BOOST_AUTO_TEST_CASE(requests_arrive_in_order_without_waiting_and_answers_find_their_calls_in_any_order) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    std::vector<std::string> requests;
    while (requests.size() < 50) requests.push_back(c.hear()); // nothing is answered before all have come
    for (std::size_t i = 0; i < requests.size(); ++i)
      if (method_of(requests[i]) != "m" + std::to_string(i)) return;
    for (auto it = requests.rbegin(); it != requests.rend(); ++it) c.tell(result(id_of(*it), "\"" + method_of(*it) + "\""));
    c.hold();
  });
  Client client(settings({peer.url("ws")}));
  client.told.next();
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
    c.tell(R"({"jsonrpc":"2.0","id":)" + id_of(c.hear()) + R"(,"error":{"code":-32603,"message":"no","data":"tx already exists in cache"}})");
    c.hold();
  });
  Client client(settings({peer.url("ws")}));
  client.told.next();
  const auto answer = client.ask("broadcast_tx_sync");
  BOOST_TEST((answer.verdict == Verdict::Accepted));
  BOOST_TEST(answer.message.at("error").at("data").as_string() == "tx already exists in cache");
}

BOOST_AUTO_TEST_CASE(events_come_by_the_id_of_their_subscription_and_strays_are_ignored) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    const auto status = id_of(c.hear()), subscribe = id_of(c.hear());
    c.tell(result(status, "1"));
    c.tell(result(subscribe, "{}"));
    c.tell(result(status, "\"twice\""));          // answered already
    c.tell(result("999", "\"never asked\""));
    c.tell(result("\"1\"", "\"another type\""));
    c.tell(R"({"jsonrpc":"2.0","error":{"code":-32700,"message":"Parse error"}})"); // no id
    c.tell("{}");
    c.tell(result(subscribe, "\"block\""));
    c.hold();
  });
  Client client(settings({peer.url("ws")}));
  client.told.next();
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
    const auto id = id_of(c.hear());
    c.tell(result(id, R"({"data":"early"})"));
    c.tell(result(id, "{}"));
    c.hold();
  });
  Client client(settings({peer.url("ws")}));
  client.told.next();
  BOOST_TEST((client.ask("subscribe").verdict == Verdict::Accepted));
  BOOST_TEST(client.events.next().at("result").at("data").as_string() == "early");
}

BOOST_AUTO_TEST_CASE(a_subscription_ended_by_the_node_ends_the_connection) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    const auto id = id_of(c.hear());
    c.tell(result(id, "{}"));
    c.tell(R"({"jsonrpc":"2.0","id":)" + id + R"(,"error":{"code":-32000,"message":"Server error","data":"subscription was cancelled"}})");
    c.hold();
  });
  Client client(settings({peer.url("ws")}));
  client.told.next();
  client.ask("subscribe");
  BOOST_TEST(client.reasons.next() == peer.name() + ": the node ended a subscription");
}

BOOST_AUTO_TEST_CASE(an_answer_with_neither_result_nor_error_is_no_answer) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    c.tell(R"({"jsonrpc":"2.0","id":)" + id_of(c.hear()) + "}");
    c.hold();
  });
  Client client(settings({peer.url("ws")}));
  client.told.next();
  const auto answer = client.ask("status");
  BOOST_TEST((answer.verdict == Verdict::NoAnswer));
  BOOST_TEST(answer.reason == peer.name() + ": the answer to status holds neither result nor error");
}

BOOST_AUTO_TEST_CASE(without_a_socket_a_call_is_answered_at_once) {
  Client client(settings({test::closed_port_url("http")}));
  const auto answer = client.ask("status");
  BOOST_TEST((answer.verdict == Verdict::NoAnswer));
  BOOST_TEST(!answer.reason.empty());
}

BOOST_AUTO_TEST_CASE(an_attempt_that_fails_is_told_with_its_step) {
  const auto url = test::closed_port_url("http");
  Client client(settings({url}));
  BOOST_TEST(client.reasons.next() == url.substr(7) + ": connect: Connection refused");
}

BOOST_AUTO_TEST_CASE(a_call_without_answer_ends_at_its_deadline_and_the_late_answer_is_ignored) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    const auto late = id_of(c.hear());
    const auto prompt = c.hear(); // comes only after the deadline of the first
    c.tell(result(late, "1"));
    c.tell(result(id_of(prompt), "2"));
    c.hold();
  });
  Client client(settings({peer.url("ws")}));
  client.told.next();
  const auto none = client.ask("status", 30);
  BOOST_TEST((none.verdict == Verdict::NoAnswer));
  BOOST_TEST(none.reason == peer.name() + ": no answer to status within 30 ms");
  BOOST_TEST(text(client.ask("status")) == "2");
}

BOOST_AUTO_TEST_CASE(a_node_that_leaves_several_calls_unanswered_is_left) {
  const Peer mute([](Connection& c) {
    c.upgrade();
    c.hold();
  });
  const Peer good(echo);
  Client client(settings({mute.url("ws"), good.url("ws")}));
  BOOST_TEST(client.told.next() == "opened " + mute.name());
  for (int i = 0; i < 3; ++i) client.call("status", 20);
  BOOST_TEST(client.told.next() == "closed " + mute.name());
  BOOST_TEST(client.told.next() == "opened " + good.name());
  for (int i = 0; i < 3; ++i) BOOST_TEST((client.answers.next().verdict == Verdict::NoAnswer));
  BOOST_TEST(text(client.ask("health")) == "\"health\"");
}

BOOST_AUTO_TEST_CASE(when_a_socket_closes_every_call_under_way_is_answered_once_and_before_the_closing) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    for (int i = 0; i < 20; ++i) c.hear();
    c.reset();
  });
  Awaited<std::string> order;
  IoThread io;
  const auto rpc = make_rpc(io, settings({peer.url("ws"), test::closed_port_url("ws")}));
  rpc->listen({[&](const std::string&) {
                 for (int i = 0; i < 20; ++i)
                   rpc->call("status", {}, 10'000, [&](const RpcPort::Answer& a) {
                     order.put(a.verdict == Verdict::NoAnswer ? "answered" : "?");
                   });
               },
               [&](const std::string& endpoint, const std::string&) { order.put(endpoint); }, {}});
  for (int i = 0; i < 20; ++i) BOOST_TEST(order.next() == "answered");
  BOOST_TEST(order.next() == peer.name());
}

BOOST_AUTO_TEST_CASE(a_connection_that_ends_is_opened_again) {
  std::atomic<int> visits = 0;
  const Peer peer([&](Connection& c) {
    if (++visits > 1) return echo(c);
    c.upgrade();
    c.frame(0x88, std::string("\x03\xe9", 2)); // close, 1001 going away
  });
  Client client(settings({peer.url("ws")}));
  BOOST_TEST(client.told.next() == "opened " + peer.name());
  BOOST_TEST(client.told.next() == "closed " + peer.name());
  BOOST_TEST(client.told.next() == "opened " + peer.name());
  BOOST_TEST(text(client.ask("health")) == "\"health\"");
}

BOOST_AUTO_TEST_CASE(when_the_first_endpoint_fails_the_second_takes_over) {
  const Peer good(echo);
  const auto dead = test::closed_port_url("http");
  Client client(settings({dead, good.url("http")}));
  BOOST_TEST(client.told.next() == "closed " + dead.substr(7));
  BOOST_TEST(client.told.next() == "opened " + good.name());
  BOOST_TEST(client.ask("health").endpoint == good.name());
}

BOOST_AUTO_TEST_CASE(leaving_counts_against_the_endpoint_and_leads_to_the_next) {
  const Peer first(echo), second(echo);
  Client client(settings({first.url("ws"), second.url("ws")}));
  client.told.next();
  client.rpc->leave("stuck at height 7");
  BOOST_TEST(client.told.next() == "closed " + first.name());
  BOOST_TEST(client.reasons.next() == first.name() + ": stuck at height 7");
  BOOST_TEST(client.told.next() == "opened " + second.name());
}

BOOST_AUTO_TEST_CASE(a_silent_half_open_socket_is_noticed) {
  // The script never reads, so that pings stay unanswered, as with a cable cut.
  Awaited<int> end;
  const Peer peer([&](Connection& c) {
    c.upgrade();
    end.next();
  });
  auto s = settings({peer.url("ws"), test::closed_port_url("ws")});
  s.silence_ms = 80;
  Client client(s);
  client.told.next();
  BOOST_TEST(client.reasons.next() == peer.name() + ": receive: silent for 80 ms");
  for (int i = 0; i < peer.connections() + 100; ++i) end.put(1);
}

BOOST_AUTO_TEST_CASE(a_node_that_only_answers_pings_is_alive) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    const auto request = c.hear();
    c.answer_pings(4); // two silences long
    c.tell(result(id_of(request), "1"));
    c.hold();
  });
  auto s = settings({peer.url("ws")});
  s.silence_ms = 100;
  Client client(s);
  client.told.next();
  BOOST_TEST((client.ask("status").verdict == Verdict::Accepted));
  BOOST_TEST(client.reasons.waiting() == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_not_a_json_object_ends_the_connection) {
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "[";
  for (const auto& garbage : {std::string("not json"), std::string("[1]"), std::string("7"), std::string("{\"id\":1"),
                              std::string(""), "{\"id\":1,\"result\":" + deep, std::string("{\"id\":1}{}")}) {
    const Peer peer([&](Connection& c) {
      c.upgrade();
      c.hear();
      c.tell(garbage);
      c.hold();
    });
    Client client(settings({peer.url("ws"), test::closed_port_url("ws")}));
    client.told.next();
    BOOST_TEST((client.ask("status").verdict == Verdict::NoAnswer));
    BOOST_TEST(client.reasons.next() == peer.name() + ": a message is not a JSON object", garbage);
  }
}

BOOST_AUTO_TEST_CASE(a_message_longer_than_allowed_ends_the_connection) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    c.tell(std::string(5'000, ' '));
    c.hold();
  });
  auto s = settings({peer.url("ws"), test::closed_port_url("ws")});
  s.max_message = 4'096;
  Client client(s);
  client.told.next();
  BOOST_TEST(client.reasons.next() == peer.name() + ": receive: a message is longer than 4096 bytes");
}

BOOST_AUTO_TEST_CASE(broken_frames_end_the_connection) {
  for (const auto& raw : {std::string("\xff\xff\xff\xff", 4), std::string("\x81\x7e", 2), std::string("\x81\x85mask1", 7)}) {
    const Peer peer([&](Connection& c) {
      c.upgrade();
      c.say(raw);
    });
    Client client(settings({peer.url("ws"), test::closed_port_url("ws")}));
    client.told.next();
    BOOST_TEST(client.reasons.next().starts_with(peer.name() + ": receive: "));
  }
}

BOOST_AUTO_TEST_CASE(a_peer_that_declines_or_speaks_something_else_is_told_and_passed_over) {
  const std::pair<std::string, std::string> cases[] = {
    {"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n", "the WebSocket was declined with HTTP 429"},
    {"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", "the WebSocket was declined with HTTP 503"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "the WebSocket was declined with HTTP 200"},
    {"HTTP/1.1 301 Moved\r\nLocation: ws://elsewhere\r\nContent-Length: 0\r\n\r\n", "the WebSocket was declined with HTTP 301"},
    {"SSH-2.0-OpenSSH_9.2\r\n", "WebSocket handshake: "},
    {"", "WebSocket handshake: "}};
  for (const auto& [said, reason] : cases) {
    const Peer peer([&, said = said](Connection& c) {
      c.request();
      c.say(said);
    });
    const Peer good(echo);
    Client client(settings({peer.url("ws"), good.url("ws")}));
    BOOST_TEST(client.reasons.next().starts_with(peer.name() + ": " + reason));
    BOOST_TEST(client.told.next() == "closed " + peer.name());
    BOOST_TEST(client.told.next() == "opened " + good.name());
  }
}

BOOST_AUTO_TEST_CASE(a_peer_silent_in_the_handshake_is_given_up_after_the_deadline) {
  const Peer peer([](Connection& c) { c.hold(); });
  auto s = settings({peer.url("ws"), test::closed_port_url("ws")});
  s.connect_deadline_ms = 60;
  Client client(s);
  BOOST_TEST(client.reasons.next() == peer.name() + ": WebSocket handshake: no answer within 60 ms");
}

BOOST_AUTO_TEST_CASE(calls_beyond_the_bound_are_refused_as_busy) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    c.hold();
  });
  auto s = settings({peer.url("ws")});
  s.max_calls = 2;
  Client client(s);
  client.told.next();
  for (int i = 0; i < 3; ++i) client.call("status");
  const auto answer = client.answers.next();
  BOOST_TEST((answer.verdict == Verdict::Busy));
  BOOST_TEST(client.answers.waiting() == 0u);
}

BOOST_AUTO_TEST_CASE(when_the_port_goes_what_is_under_way_is_answered) {
  Awaited<int> arrived;
  const Peer peer([&](Connection& c) {
    c.upgrade();
    c.hear();
    arrived.put(1);
    c.hold();
  });
  Client client(settings({peer.url("ws")}));
  client.told.next();
  client.call("status");
  arrived.next();
  client.rpc.reset();
  const auto answer = client.answers.next();
  BOOST_TEST((answer.verdict == Verdict::NoAnswer));
  BOOST_TEST(answer.reason == peer.name() + ": the program is ending");
}

BOOST_AUTO_TEST_CASE(a_wss_endpoint_is_verified) {
  const auto authority = test::make_certificate("DNS:authority");
  const auto trusted = (std::filesystem::temp_directory_path() / ("ws_rpc." + std::to_string(::getpid()) + ".pem")).string();
  std::ofstream(trusted) << authority.certificate;
  {
    const Peer stranger(echo, test::make_certificate("IP:127.0.0.1"));
    const Peer good(echo, test::make_certificate("IP:127.0.0.1", &authority));
    Client client(settings({stranger.url("wss"), good.url("https")}), trusted);
    BOOST_TEST(client.reasons.next().starts_with(stranger.name() + ": TLS: certificate refused: "));
    client.told.next();
    BOOST_TEST(client.told.next() == "opened " + good.name());
    BOOST_TEST(text(client.ask("health")) == "\"health\"");
  }
  std::filesystem::remove(trusted);
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
