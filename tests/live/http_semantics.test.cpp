#define BOOST_TEST_MODULE http_semantics
// Informational responses, codings, redirects, proxies and basic authorization, against RFC 9110 and 7617.
#include "tests/live/http_ask.hpp"
#include "tests/live/peer.hpp"
#include "tests/live/trusted_host.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != text.npos; }

std::string ok(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}
std::string redirect(int status, const std::string& location) {
  return "HTTP/1.1 " + std::to_string(status) + " Elsewhere\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n";
}

/// Answers with `bytes`, and records the request.
struct Server {
  explicit Server(std::string bytes, const std::optional<Certificate>& certificate = {})
    : peer(
        [this, bytes = std::move(bytes)](Connection& c) {
          requests.put(c.request());
          c.send_raw(bytes);
        },
        certificate) {}
  Awaited<std::string> requests;
  Peer peer;
};

} // namespace

// RFC 9110, section 15.2: a client must be able to parse one or more 1xx responses before the final one.
BOOST_AUTO_TEST_CASE(informational_responses_are_skipped) {
  const std::string informational = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nX: y\r\n\r\n"
                                    "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n";
  const Server server(informational + ok("data"));
  const auto a = answer(ask(server.peer.url("http")));
  BOOST_TEST(a.status == 200u);
  BOOST_TEST(a.body == "data");
  BOOST_TEST(a.headers.size() == 1u);
  const Server no_end(informational + informational + informational + ok("data"));
  BOOST_TEST(holds(failure(ask(no_end.peer.url("http"))), "receive: nothing but informational responses"));
  const Server only("HTTP/1.1 103 Early Hints\r\n\r\n");
  BOOST_TEST(holds(failure(ask(only.peer.url("http"))), "receive: the connection was closed without an answer"));
  const Server upgrade("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n");
  BOOST_TEST(holds(failure(ask(upgrade.peer.url("http"))), "receive: another protocol"));
}

BOOST_AUTO_TEST_CASE(packed_answers_are_asked_for_and_unpacked) {
  const std::string gzip("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x01\x05\x00\xfa\xff"
                         "hello\x86\xa6\x10\x36\x05\x00\x00\x00", // a stored block, CRC-32 3610a686
                         28);
  const auto head = "HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: " + std::to_string(gzip.size()) + "\r\n";
  Server server(head + "Content-Encoding: gzip\r\n\r\n" + gzip);
  const auto a = answer(ask(server.peer.url("http")));
  BOOST_TEST(a.body == "hello");
  BOOST_TEST((a.headers == HttpHeaders{{"x-a", "b"}})); // the others describe what came
  BOOST_TEST(holds(server.requests.next(), "\r\nAccept-Encoding: gzip, deflate\r\n"));
  Server cut(head + "Content-Encoding: gzip\r\n\r\n" + gzip.substr(0, 24) + "    ");
  BOOST_TEST(holds(failure(ask(cut.peer.url("http"))), "receive: the packed answer is damaged"));
  Server brotli(head + "Content-Encoding: br\r\n\r\n" + gzip);
  BOOST_TEST(holds(failure(ask(brotli.peer.url("http"))), "receive: the answer is packed with br"));
  HttpRequest short_of_room{server.peer.url("http")};
  short_of_room.max_body = 4;
  BOOST_TEST(holds(failure(ask(short_of_room)), "is longer than 4 bytes"));
}

BOOST_AUTO_TEST_CASE(redirects_of_a_get_are_followed) {
  for (const int status : {301, 302, 303, 307, 308}) {
    Server there(ok("moved"));
    const Server here(redirect(status, there.peer.url("http") + "/new?a=1#x"));
    BOOST_TEST(answer(ask(here.peer.url("http") + "/old?b=2")).body == "moved");
    BOOST_TEST(there.requests.next().starts_with("GET /new?a=1 HTTP/1.1\r\nHost: " + there.peer.name() + "\r\n"));
  }
  std::atomic<int> visits = 0;
  const Peer relative([&](Connection& c) {
    const auto request = c.request();
    c.send_raw(++visits == 1 ? redirect(302, "../c?d") : ok(request.substr(0, request.find('\r'))));
  });
  BOOST_TEST(answer(ask(relative.url("http") + "/a/b/x")).body == "GET /a/c?d HTTP/1.1");
}

BOOST_AUTO_TEST_CASE(other_answers_with_a_location_are_answers) {
  const Server there(ok("moved"));
  for (const int status : {200, 201, 300, 304, 305, 404}) {
    const Server here(redirect(status, there.peer.url("http")));
    BOOST_TEST(answer(ask(here.peer.url("http"))).status == unsigned(status));
  }
  const Server nowhere("HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n");
  BOOST_TEST(answer(ask(nowhere.peer.url("http"))).status == 301u);
  const Server here(redirect(307, there.peer.url("http")));
  BOOST_TEST(answer(ask(HttpRequest{here.peer.url("http"), "POST", {}, "{}"})).status == 307u);
  BOOST_TEST(there.peer.connections() == 0);
}

BOOST_AUTO_TEST_CASE(a_circle_of_redirects_ends_and_the_deadline_is_for_all) {
  const Server circle(redirect(302, "/again"));
  BOOST_TEST(holds(failure(ask(circle.peer.url("http"))), "more than 5 redirects"));
  BOOST_TEST(circle.peer.connections() == 6);
  Awaited<int> end;
  const Peer slow([&](Connection& c) { c.discard_input(); });
  const Server here(redirect(302, slow.url("http")));
  HttpRequest request{here.peer.url("http")};
  request.deadline_ms = 200;
  BOOST_TEST(holds(failure(ask(request)), slow.name() + ": receive: no answer within 200 ms"));
}

BOOST_AUTO_TEST_CASE(a_redirect_never_leads_from_https_to_http) {
  const TrustedHost trusted;
  const Server plain(ok("moved"));
  const Server secure(redirect(301, plain.peer.url("http")), trusted.certificate);
  const auto reason = failure(ask(HttpRequest{secure.peer.url("https")}, {}, trusted.file));
  BOOST_TEST(holds(reason, ": redirect to " + plain.peer.name() + ": from https to http, which is not followed"), reason);
  BOOST_TEST(plain.peer.connections() == 0);
  const Server upgrade(redirect(301, secure.peer.url("https")));
  BOOST_TEST(
    holds(failure(ask(HttpRequest{upgrade.peer.url("http")}, {}, trusted.file)), "from https to http")); // it got there
}

BOOST_AUTO_TEST_CASE(credentials_never_go_to_another_host) {
  Server there(ok("moved"));
  const Server here(redirect(307, there.peer.url("http") + "/x"));
  const auto url = here.peer.url("http");
  for (const auto& request :
       {HttpRequest{url, "GET", {{"Authorization", "Token hunter2"}}}, HttpRequest{url, "GET", {{"x-api-key", "hunter2"}}},
        HttpRequest{"http://joe:hunter2@" + here.peer.name() + "/"}}) {
    const auto reason = failure(ask(request));
    BOOST_TEST(holds(reason, "redirect to " + there.peer.name() + ": another host, which must not get"), reason);
    BOOST_TEST(!holds(reason, "hunter2"));
  }
  BOOST_TEST(there.peer.connections() == 0);
  const HttpHeaders harmless{{"User-Agent", "x"}, {"Accept", "*/*"}, {"Content-Type", "a/b"}};
  BOOST_TEST(answer(ask(HttpRequest{url, "GET", harmless})).body == "moved");
}

BOOST_AUTO_TEST_CASE(credentials_stay_with_their_host) {
  std::atomic<int> visits = 0;
  Awaited<std::string> second;
  const Peer peer([&](Connection& c) {
    const auto request = c.request();
    if (++visits == 1) return c.send_raw(redirect(308, "/new"));
    second.put(request);
    c.send_raw(ok(""));
  });
  answer(ask(HttpRequest{"http://joe:hunter2@" + peer.name() + "/old", "GET", {{"X-Key", "k"}}}));
  const auto request = second.next();
  BOOST_TEST(holds(request, "\r\nAuthorization: Basic am9lOmh1bnRlcjI=\r\n"));
  BOOST_TEST(holds(request, "\r\nX-Key: k\r\n"));
}

// RFC 7617, section 2: Aladdin, "open sesame".
BOOST_AUTO_TEST_CASE(user_and_password_of_a_url_are_basic_authorization) {
  Server server(ok(""));
  answer(ask("http://Aladdin:open%20sesame@" + server.peer.name() + "/x"));
  const auto request = server.requests.next();
  BOOST_TEST(request.starts_with("GET /x HTTP/1.1\r\nHost: " + server.peer.name() + "\r\n"));
  BOOST_TEST(holds(request, "\r\nAuthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));
  answer(ask(HttpRequest{"http://u:p@" + server.peer.name(), "GET", {{"Authorization", "Token t"}}}));
  BOOST_TEST(holds(server.requests.next(), "\r\nAuthorization: Token t\r\n")); // what the request says wins
}

// RFC 9112, section 3.2.2: a request to a proxy has the absolute form, unless it is CONNECT.
BOOST_AUTO_TEST_CASE(a_plain_request_goes_whole_to_the_proxy) {
  Server proxy(ok("through"));
  const Proxies proxies("http://Aladdin:open%20sesame@" + proxy.peer.name(), "", "");
  BOOST_TEST(answer(ask(HttpRequest{"http://market.invalid/x?y=1"}, proxies)).body == "through");
  const auto request = proxy.requests.next();
  BOOST_TEST(request.starts_with("GET http://market.invalid/x?y=1 HTTP/1.1\r\nHost: market.invalid\r\n"));
  BOOST_TEST(holds(request, "\r\nProxy-Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n"));
  const Server direct(ok("direct"));
  BOOST_TEST(answer(ask(HttpRequest{direct.peer.url("http")}, Proxies(proxy.peer.name(), "", "127.0.0.0/8"))).body == "direct");
}

BOOST_AUTO_TEST_CASE(a_proxy_that_repeats_its_password_in_a_refusal_is_not_quoted) {
  const auto refuse = [](const std::string& status) {
    return [status](Connection& c) {
      const auto words = "not for you: " + c.request() + " hunter2";
      c.send_raw("HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(words.size()) + "\r\n\r\n" + words);
    };
  };
  const auto ask_through = [](const Peer& proxy) {
    return ask(HttpRequest{"http://market.invalid/x"}, Proxies("http://joe:hunter2@" + proxy.name(), "", ""));
  };
  const Peer unknown(refuse("407 Proxy Authentication Required"));
  BOOST_TEST(failure(ask_through(unknown)) == "market.invalid:80: proxy " + unknown.name() + ": refused with HTTP 407");
  const Peer forbidden(refuse("403 Forbidden"));
  const auto a = answer(ask_through(forbidden));
  BOOST_TEST(a.status == 403u);
  BOOST_TEST(holds(a.body, "Proxy-Authorization: Basic ***"));
  BOOST_TEST(!holds(a.body, "hunter2"));
}

// RFC 9110, section 9.3.6.
BOOST_AUTO_TEST_CASE(a_tls_request_goes_through_a_tunnel_and_trusts_the_peer_not_the_proxy) {
  const TrustedHost trusted;
  const Server market(ok("secret"), trusted.certificate);
  Awaited<std::string> connects;
  const Peer proxy([&](Connection& c) {
    connects.put(c.request());
    c.send_raw("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 Connection established\r\nContent-Length: 5\r\n\r\n");
    c.relay(market.peer.port());
  });
  const Proxies proxies("", "joe:hunter2@" + proxy.name(), "");
  BOOST_TEST(answer(ask(HttpRequest{market.peer.url("https") + "/x", "GET", {{"X-Key", "k"}}}, proxies, trusted.file)).body ==
             "secret");
  const auto connect = connects.next();
  BOOST_TEST(connect.starts_with("CONNECT " + market.peer.name() + " HTTP/1.1\r\nHost: " + market.peer.name() + "\r\n"));
  BOOST_TEST(holds(connect, "\r\nProxy-Authorization: Basic am9lOmh1bnRlcjI=\r\n"));
  BOOST_TEST(!holds(connect, "X-Key"));
  BOOST_TEST(
    holds(failure(ask(HttpRequest{market.peer.url("https")}, proxies)), "certificate refused")); // without the authority
}

BOOST_AUTO_TEST_CASE(a_proxy_that_refuses_or_fails_is_named) {
  for (const auto* line : {"407 Proxy Authentication Required", "502 Bad Gateway", "302 Found"}) {
    const Server proxy("HTTP/1.1 " + std::string(line) + "\r\nContent-Length: 0\r\n\r\n");
    const auto reason =
      failure(ask(HttpRequest{"https://market.invalid/x"}, Proxies("", "joe:hunter2@" + proxy.peer.name(), "")));
    BOOST_TEST(reason ==
               "market.invalid:443: proxy " + proxy.peer.name() + ": the tunnel was refused with HTTP " + std::string(line, 3));
  }
  const Server closes("");
  BOOST_TEST(holds(failure(ask(HttpRequest{"https://market.invalid/x"}, Proxies("", closes.peer.name(), ""))),
                   "proxy " + closes.peer.name() + ": "));
  const Server talks("HTTP/1.1 200 OK\r\n\r\nhello");
  BOOST_TEST(holds(failure(ask(HttpRequest{"https://market.invalid/x"}, Proxies("", talks.peer.name(), ""))), "bytes before"));
}
