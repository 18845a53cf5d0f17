#define BOOST_TEST_MODULE ws_connection
#include "tests/live/rpc_client.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace inferd;
using namespace inferd::test;

BOOST_AUTO_TEST_CASE(without_a_socket_a_call_is_answered_at_once) {
  Client client(settings({test::closed_port_url("http")}));
  const auto answer = client.ask("status");
  BOOST_TEST((answer.verdict == Verdict::NoAnswer));
  BOOST_TEST(!answer.reason.empty());
}

BOOST_AUTO_TEST_CASE(a_failed_attempt_is_reported_with_its_step) {
  const auto url = test::closed_port_url("http");
  Client client(settings({url}));
  BOOST_TEST(client.reasons.next() == url.substr(7) + ": connect: Connection refused");
}

BOOST_AUTO_TEST_CASE(a_connection_that_ends_is_opened_again) {
  std::atomic<int> visits = 0;
  const Peer peer([&](Connection& c) {
    if (++visits > 1) return echo(c);
    c.upgrade();
    c.frame(0x88, std::string("\x03\xe9", 2)); // close, 1001 "going away"
  });
  Client client(settings({peer.url("ws")}));
  BOOST_TEST(client.callbacks.next() == "opened " + peer.name());
  BOOST_TEST(client.callbacks.next() == "closed " + peer.name());
  BOOST_TEST(client.callbacks.next() == "opened " + peer.name());
  BOOST_TEST(text(client.ask("health")) == "\"health\"");
}

BOOST_AUTO_TEST_CASE(when_the_first_endpoint_fails_the_second_takes_over) {
  const Peer good(echo);
  const auto dead = test::closed_port_url("http");
  Client client(settings({dead, good.url("http")}));
  BOOST_TEST(client.callbacks.next() == "closed " + dead.substr(7));
  BOOST_TEST(client.callbacks.next() == "opened " + good.name());
  BOOST_TEST(client.ask("health").endpoint == good.name());
}

BOOST_AUTO_TEST_CASE(leaving_counts_against_the_endpoint_and_leads_to_the_next) {
  const Peer first(echo), second(echo);
  Client client(settings({first.url("ws"), second.url("ws")}));
  client.callbacks.next();
  client.rpc->leave("stuck at height 7");
  BOOST_TEST(client.callbacks.next() == "closed " + first.name());
  BOOST_TEST(client.reasons.next() == first.name() + ": stuck at height 7");
  BOOST_TEST(client.callbacks.next() == "opened " + second.name());
}

BOOST_AUTO_TEST_CASE(a_silent_half_open_socket_is_noticed) {
  // The script does not read, so pings stay unanswered.
  Awaited<int> end;
  const Peer peer([&](Connection& c) {
    c.upgrade();
    end.next();
  });
  auto s = settings({peer.url("ws"), test::closed_port_url("ws")});
  s.silence_ms = 80;
  Client client(s);
  client.callbacks.next();
  BOOST_TEST(client.reasons.next() == peer.name() + ": receive: silent for 80 ms");
  for (int i = 0; i < peer.connections() + 100; ++i) end.put(1);
}

BOOST_AUTO_TEST_CASE(a_node_that_only_answers_pings_is_alive) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    const auto request = c.receive_text();
    c.answer_pings(4); // takes two silence limits
    c.send_text(result(id_of(request), "1"));
    c.discard_input();
  });
  auto s = settings({peer.url("ws")});
  s.silence_ms = 100;
  Client client(s);
  client.callbacks.next();
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
      c.receive_text();
      c.send_text(garbage);
      c.discard_input();
    });
    Client client(settings({peer.url("ws"), test::closed_port_url("ws")}));
    client.callbacks.next();
    BOOST_TEST((client.ask("status").verdict == Verdict::NoAnswer));
    BOOST_TEST(client.reasons.next() == peer.name() + ": a message is not a JSON object", garbage);
  }
}

BOOST_AUTO_TEST_CASE(a_message_longer_than_allowed_ends_the_connection) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    c.send_text(std::string(5'000, ' '));
    c.discard_input();
  });
  auto s = settings({peer.url("ws"), test::closed_port_url("ws")});
  s.max_message = 4'096;
  Client client(s);
  client.callbacks.next();
  BOOST_TEST(client.reasons.next() == peer.name() + ": receive: a message is longer than 4096 bytes");
}

BOOST_AUTO_TEST_CASE(broken_frames_end_the_connection) {
  for (const auto& raw : {std::string("\xff\xff\xff\xff", 4), std::string("\x81\x7e", 2), std::string("\x81\x85mask1", 7)}) {
    const Peer peer([&](Connection& c) {
      c.upgrade();
      c.send_raw(raw);
    });
    Client client(settings({peer.url("ws"), test::closed_port_url("ws")}));
    client.callbacks.next();
    BOOST_TEST(client.reasons.next().starts_with(peer.name() + ": receive: "));
  }
}

BOOST_AUTO_TEST_CASE(a_peer_that_declines_the_handshake_is_reported_and_skipped) {
  const std::pair<std::string, std::string> cases[] = {
    {"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n",
     "the WebSocket was declined with HTTP 429"},
    {"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", "the WebSocket was declined with HTTP 503"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "the WebSocket was declined with HTTP 200"},
    {"HTTP/1.1 301 Moved\r\nLocation: ws://elsewhere\r\nContent-Length: 0\r\n\r\n", "the WebSocket was declined with HTTP 301"},
    {"SSH-2.0-OpenSSH_9.2\r\n", "WebSocket handshake: "},
    {"", "WebSocket handshake: "}};
  for (const auto& [said, reason] : cases) {
    const Peer peer([&, said = said](Connection& c) {
      c.request();
      c.send_raw(said);
    });
    const Peer good(echo);
    Client client(settings({peer.url("ws"), good.url("ws")}));
    BOOST_TEST(client.reasons.next().starts_with(peer.name() + ": " + reason));
    BOOST_TEST(client.callbacks.next() == "closed " + peer.name());
    BOOST_TEST(client.callbacks.next() == "opened " + good.name());
  }
}

BOOST_AUTO_TEST_CASE(a_peer_silent_in_the_handshake_is_given_up_after_the_deadline) {
  const Peer peer([](Connection& c) { c.discard_input(); });
  auto s = settings({peer.url("ws"), test::closed_port_url("ws")});
  s.connect_deadline_ms = 60;
  Client client(s);
  BOOST_TEST(client.reasons.next() == peer.name() + ": WebSocket handshake: no answer within 60 ms");
}

BOOST_AUTO_TEST_CASE(a_wss_endpoint_is_verified) {
  const auto authority = test::make_certificate("DNS:authority");
  const auto trusted = (std::filesystem::temp_directory_path() / ("ws_rpc." + std::to_string(::getpid()) + ".pem")).string();
  std::ofstream(trusted) << authority.certificate;
  {
    const Peer untrusted(echo, test::make_certificate("IP:127.0.0.1"));
    const Peer good(echo, test::make_certificate("IP:127.0.0.1", &authority));
    Client client(settings({untrusted.url("wss"), good.url("https")}), trusted);
    BOOST_TEST(client.reasons.next().starts_with(untrusted.name() + ": TLS: certificate refused: "));
    client.callbacks.next();
    BOOST_TEST(client.callbacks.next() == "opened " + good.name());
    BOOST_TEST(text(client.ask("health")) == "\"health\"");
  }
  std::filesystem::remove(trusted);
}

BOOST_AUTO_TEST_CASE(a_certificate_may_be_rotated_and_a_foreign_one_leads_to_the_next_endpoint) {
  const auto authority = test::make_certificate("DNS:authority");
  const auto trusted = (std::filesystem::temp_directory_path() / ("ws_rotate." + std::to_string(::getpid()) + ".pem")).string();
  std::ofstream(trusted) << authority.certificate;
  {
    Peer rotated(echo, test::make_certificate("IP:127.0.0.1", &authority));
    {
      Client client(settings({rotated.url("wss")}), trusted);
      BOOST_TEST(client.callbacks.next() == "opened " + rotated.name());
      rotated.rotate(test::make_certificate("IP:127.0.0.1", &authority));
      client.rpc->leave("the test");
      BOOST_TEST(client.callbacks.next() == "closed " + rotated.name());
      BOOST_TEST(client.callbacks.next() == "opened " + rotated.name());
      BOOST_TEST(text(client.ask("health")) == "\"health\"");
    }
    const Peer second(echo, test::make_certificate("IP:127.0.0.1", &authority));
    Client client(settings({rotated.url("wss"), second.url("wss")}), trusted);
    BOOST_TEST(client.callbacks.next() == "opened " + rotated.name());
    rotated.rotate(test::make_certificate("IP:127.0.0.1")); // by nobody known
    client.rpc->leave("the test");
    BOOST_TEST(client.callbacks.next() == "closed " + rotated.name());
    BOOST_TEST(client.callbacks.next() == "opened " + second.name());
    BOOST_TEST(text(client.ask("health")) == "\"health\"");
  }
  std::filesystem::remove(trusted);
}

BOOST_AUTO_TEST_CASE(a_handshake_has_the_endpoint_s_path_credentials_and_headers) {
  Awaited<std::string> heads;
  const Peer peer([&](Connection& c) {
    const auto head = c.request();
    heads.put(head);
    c.grant(head);
    c.discard_input();
  });
  auto s = settings({"ws://Aladdin:open%20sesame@" + peer.name() + "/key"});
  s.options = {{"/sock/key?v=1", {{"X-Api-Key", "k"}}}};
  Client client(s);
  BOOST_TEST(client.callbacks.next() == "opened " + peer.name());
  const auto head = heads.next();
  BOOST_TEST(head.starts_with("GET /sock/key?v=1 HTTP/1.1\r\n"));
  BOOST_TEST(head.find("\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n") != head.npos); // RFC 7617, section 2
  BOOST_TEST(head.find("\r\nX-Api-Key: k\r\n") != head.npos);
}

BOOST_AUTO_TEST_CASE(a_websocket_goes_through_a_tunnel_of_the_proxy) {
  const Peer node(echo);
  Awaited<std::string> connects;
  const Peer proxy([&](Connection& c) {
    connects.put(c.request());
    c.send_raw("HTTP/1.1 200 OK\r\n\r\n");
    c.relay(node.port());
  });
  Client client(settings({node.url("ws")}), {}, Proxies(proxy.name(), "", ""));
  BOOST_TEST(client.callbacks.next() == "opened " + node.name());
  BOOST_TEST(text(client.ask("health")) == "\"health\"");
  BOOST_TEST(connects.next().starts_with("CONNECT " + node.name() + " HTTP/1.1\r\n"));
}

BOOST_AUTO_TEST_CASE(a_node_s_error_is_told_without_the_secrets_it_repeats) {
  const Peer peer([](Connection& c) {
    c.upgrade();
    const auto id = id_of(c.receive_text());
    c.send_text(R"({"jsonrpc":"2.0","id":)" + id +
                R"(,"error":{"code":-32000,"message":"no plan for pathkey-0123456789","data":"header-key, hunter2"}})");
    c.discard_input();
  });
  auto s = settings({"ws://joe:hunter2@" + peer.name() + "/pathkey-0123456789"});
  s.options = {{"", {{"X-Api-Key", "header-key"}}}};
  Client client(s);
  client.callbacks.next();
  BOOST_TEST(json::serialize(client.ask("status").message.at("error")) ==
             R"({"code":-32000,"message":"no plan for ***","data":"***, ***"})");
}
