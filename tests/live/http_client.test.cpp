#define BOOST_TEST_MODULE http_client
#include "tests/live/http_ask.hpp"
#include "tests/live/peer.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace inferd;
using namespace inferd::test;

namespace {

/// Answers every request with `bytes` and closes.
Peer::Script respond_with(std::string bytes) {
  return [bytes = std::move(bytes)](Connection& c) {
    c.request();
    c.send_raw(bytes);
  };
}

/// A temporary file.
struct File {
  std::string path = (std::filesystem::temp_directory_path() / ("http_client." + std::to_string(::getpid()) + ".pem")).string();
  explicit File(const std::string& text) { std::ofstream(path) << text; }
  ~File() { std::filesystem::remove(path); }
};

} // namespace

BOOST_AUTO_TEST_CASE(an_answer_comes_with_its_status_its_headers_in_lower_case_and_its_body) {
  const Peer peer(respond_with("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Left: 3\r\n\r\nhello"));
  const auto a = answer(ask(peer.url("http")));
  BOOST_TEST(a.status == 200u);
  BOOST_TEST(a.body == "hello");
  BOOST_TEST((a.headers == HttpHeaders{{"content-length", "5"}, {"x-left", "3"}}));
}

BOOST_AUTO_TEST_CASE(the_request_reaches_the_peer_as_it_was_made) {
  test::Awaited<std::string> received;
  const Peer peer([&](Connection& c) {
    received.put(c.request());
    c.send_raw("HTTP/1.1 204 No Content\r\n\r\n");
  });
  HttpRequest request{peer.url("http") + "/v1/x?q=1", "POST", {{"Authorization", "Token t"}}, "{\"a\":1}"};
  BOOST_TEST(answer(ask(request)).status == 204u);
  const auto text = received.next();
  BOOST_TEST(text.starts_with("POST /v1/x?q=1 HTTP/1.1\r\nHost: " + peer.name() + "\r\n"));
  BOOST_TEST(text.find("\r\nAuthorization: Token t\r\n") != text.npos);
  BOOST_TEST(text.ends_with("\r\n\r\n{\"a\":1}"));
}

BOOST_AUTO_TEST_CASE(refusals_of_the_peer_are_answers) {
  for (const auto* status :
       {"400 Bad Request", "401 Unauthorized", "404 Not Found", "500 Internal Server Error", "503 Service Unavailable"}) {
    const Peer peer(respond_with(std::string("HTTP/1.1 ") + status + "\r\nContent-Length: 2\r\n\r\nno"));
    const auto a = answer(ask(peer.url("http")));
    BOOST_TEST(a.status == std::stoul(status));
    BOOST_TEST(a.body == "no");
  }
}

BOOST_AUTO_TEST_CASE(status_429_keeps_retry_after) {
  const Peer peer(respond_with("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 17\r\nContent-Length: 0\r\n\r\n"));
  const auto a = answer(ask(peer.url("http")));
  BOOST_TEST(a.status == 429u);
  BOOST_TEST((a.headers.front() == std::pair<std::string, std::string>{"retry-after", "17"}));
}

BOOST_AUTO_TEST_CASE(chunks_are_put_together_and_a_body_may_end_with_the_connection) {
  const Peer chunked(respond_with("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"));
  BOOST_TEST(answer(ask(chunked.url("http"))).body == "abcde");
  const Peer until_end(respond_with("HTTP/1.1 200 OK\r\n\r\nall of it"));
  BOOST_TEST(answer(ask(until_end.url("http"))).body == "all of it");
}

BOOST_AUTO_TEST_CASE(a_refused_connection_is_reported_with_host_and_port) {
  const auto url = test::closed_port_url("http");
  BOOST_TEST(failure(ask(url)) == url.substr(7) + ": connect: Connection refused");
}

BOOST_AUTO_TEST_CASE(an_unknown_host_is_reported) {
  BOOST_TEST(failure(ask("http://nowhere.invalid/")).starts_with("nowhere.invalid:80: resolve: "));
}

BOOST_AUTO_TEST_CASE(a_silent_peer_costs_the_deadline_and_no_more) {
  const Peer peer([](Connection& c) { c.discard_input(); });
  HttpRequest request{peer.url("http")};
  request.deadline_ms = 60;
  BOOST_TEST(failure(ask(request)) == peer.name() + ": receive: no answer within 60 ms");
}

BOOST_AUTO_TEST_CASE(a_peer_silent_in_the_tls_handshake_costs_the_deadline) {
  const Peer peer([](Connection& c) { c.discard_input(); });
  HttpRequest request{peer.url("https")};
  request.deadline_ms = 60;
  BOOST_TEST(failure(ask(request)) == peer.name() + ": TLS: no answer within 60 ms");
}

BOOST_AUTO_TEST_CASE(an_answer_that_stops_halfway_costs_the_deadline) {
  const Peer peer([](Connection& c) {
    c.send_raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf");
    c.discard_input();
  });
  HttpRequest request{peer.url("http")};
  request.deadline_ms = 60;
  BOOST_TEST(failure(ask(request)) == peer.name() + ": receive: no answer within 60 ms");
}

BOOST_AUTO_TEST_CASE(a_truncated_answer_is_no_answer) {
  const Peer body(respond_with("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"));
  BOOST_TEST(failure(ask(body.url("http"))) == body.name() + ": receive: the answer is cut short");
  const Peer head(respond_with("HTTP/1.1 200 O"));
  BOOST_TEST(failure(ask(head.url("http"))) == head.name() + ": receive: the answer is cut short");
  const Peer chunk(respond_with("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab"));
  BOOST_TEST(failure(ask(chunk.url("http"))) == chunk.name() + ": receive: the answer is cut short");
}

BOOST_AUTO_TEST_CASE(a_connection_closed_or_reset_without_an_answer_is_reported) {
  const Peer closes(respond_with(""));
  BOOST_TEST(failure(ask(closes.url("http"))) == closes.name() + ": receive: the connection was closed without an answer");
  const Peer resets([](Connection& c) {
    c.request();
    c.reset();
  });
  BOOST_TEST(failure(ask(resets.url("http"))) == resets.name() + ": receive: Connection reset by peer");
}

BOOST_AUTO_TEST_CASE(an_answer_longer_than_allowed_fails_whether_announced_or_not) {
  const std::string long_body(2'000, 'x');
  for (const auto& head : {std::string("Content-Length: 2000\r\n"), std::string()}) {
    const Peer peer(respond_with("HTTP/1.1 200 OK\r\n" + head + "\r\n" + long_body));
    HttpRequest request{peer.url("http")};
    request.max_body = 1'000;
    BOOST_TEST(failure(ask(request)) == peer.name() + ": receive: the answer is longer than 1000 bytes");
  }
}

BOOST_AUTO_TEST_CASE(headers_without_end_fail) {
  const Peer peer([](Connection& c) {
    c.send_raw("HTTP/1.1 200 OK\r\n");
    for (;;) c.send_raw("X: " + std::string(1'000, 'x') + "\r\n");
  });
  BOOST_TEST(failure(ask(peer.url("http"))).starts_with(peer.name() + ": receive: "));
}

BOOST_AUTO_TEST_CASE(what_is_not_http_fails) {
  for (const auto* garbage : {"SSH-2.0-OpenSSH_9.2\r\n\r\n", "HTTP/1.1 abc OK\r\n\r\n", "\x16\x03\x01\r\n\r\n",
                              "HTTP/1.1 200 OK\r\nContent-Length: -4\r\n\r\n"}) {
    const Peer peer(respond_with(garbage));
    BOOST_TEST(failure(ask(peer.url("http"))).starts_with(peer.name() + ": receive: "));
  }
}

BOOST_AUTO_TEST_CASE(no_error_contains_the_token) {
  for (const auto& url :
       {test::closed_port_url("http") + "/secret?token=secret", std::string("http://nowhere.invalid/secret?secret"),
        std::string("ftp://h/secret"), std::string("http://secret@h/")}) {
    HttpRequest request{url, "GET", {{"Authorization", "Token secret"}}};
    const auto reason = failure(ask(request));
    BOOST_TEST(reason.find("secret") == reason.npos, reason);
  }
}

BOOST_AUTO_TEST_CASE(a_header_cannot_smuggle_another) {
  HttpRequest request{"http://h/", "GET", {{"Authorization", "Token x\r\nHost: other"}}};
  BOOST_TEST(failure(ask(request)) == "h:80: a header holds a control character");
}

BOOST_AUTO_TEST_CASE(a_certificate_of_an_unknown_authority_is_refused) {
  const Peer peer(respond_with("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), test::make_certificate("IP:127.0.0.1"));
  BOOST_TEST(failure(ask(peer.url("https"))).starts_with(peer.name() + ": TLS: certificate refused: self"));
}

BOOST_AUTO_TEST_CASE(a_certificate_of_a_trusted_authority_is_accepted_for_its_host_and_no_other) {
  const auto authority = test::make_certificate("DNS:authority");
  const File trusted(authority.certificate);
  const auto ok = respond_with("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");

  const Peer right(ok, test::make_certificate("IP:127.0.0.1", &authority));
  BOOST_TEST(answer(ask(HttpRequest{right.url("https")}, trusted.path)).body == "ok");

  const Peer other(ok, test::make_certificate("DNS:other.example", &authority));
  BOOST_TEST(
    failure(ask(HttpRequest{other.url("https")}, trusted.path)).starts_with(other.name() + ": TLS: certificate refused: "));

  const Peer by_name(ok, test::make_certificate("DNS:localhost", &authority));
  BOOST_TEST(answer(ask(HttpRequest{by_name.url("https", "localhost")}, trusted.path)).body == "ok");
}

BOOST_AUTO_TEST_CASE(a_body_without_length_must_end_with_close_notify) {
  const auto authority = test::make_certificate("DNS:authority");
  const File trusted(authority.certificate);
  const Peer peer(respond_with("HTTP/1.1 200 OK\r\n\r\npart of"), test::make_certificate("IP:127.0.0.1", &authority));
  BOOST_TEST(failure(ask(HttpRequest{peer.url("https")}, trusted.path)) == peer.name() + ": receive: the answer is cut short");
}

BOOST_AUTO_TEST_CASE(an_authority_file_that_cannot_be_read_is_named) {
  const Peer peer([](Connection& c) { c.discard_input(); });
  const auto reason = failure(ask(HttpRequest{peer.url("https")}, "/nonexistent/ca.pem"));
  BOOST_TEST(reason.find("/nonexistent/ca.pem") != reason.npos);
}

BOOST_AUTO_TEST_CASE(pending_requests_fail_when_the_client_is_destroyed) {
  test::Awaited<HttpResult> results;
  test::Awaited<int> arrived;
  const Peer peer([&](Connection& c) {
    c.request();
    arrived.put(1);
    c.discard_input();
  });
  IoThread io;
  auto http = make_http(io);
  for (int i = 0; i < 3; ++i) http->ask({peer.url("http")}, [&](HttpResult result) { results.put(std::move(result)); });
  for (int i = 0; i < 3; ++i) arrived.next();
  http.reset();
  for (int i = 0; i < 3; ++i) BOOST_TEST(failure(results.next()) == peer.name() + ": the program is ending");
  BOOST_TEST(results.waiting() == 0u);
}

BOOST_AUTO_TEST_CASE(a_client_whose_last_owner_is_work_on_the_thread_answers_before_the_thread_ends) {
  test::Awaited<HttpResult> results;
  test::Awaited<int> arrived;
  const Peer peer([&](Connection& c) {
    c.request();
    arrived.put(1);
    c.discard_input();
  });
  {
    IoThread io;
    auto http = make_http(io);
    http->ask({peer.url("http")}, [&](HttpResult result) { results.put(std::move(result)); });
    arrived.next();
    const auto repost = [&io](auto again, std::shared_ptr<HttpPort> owned, int times) -> void {
      if (times > 0) io.post([again, owned, times] { again(again, owned, times - 1); });
    };
    repost(repost, std::move(http), 10'000); // many steps: IoThread's destructor starts long before the last
  }
  BOOST_REQUIRE(results.waiting() == 1u);
  BOOST_TEST(failure(results.next()) == peer.name() + ": the program is ending");
}

BOOST_AUTO_TEST_CASE(more_requests_at_once_than_allowed_are_refused) {
  test::Awaited<HttpResult> results;
  const Peer peer([](Connection& c) { c.discard_input(); });
  IoThread io;
  const auto http = make_http(io, {2});
  for (int i = 0; i < 3; ++i) http->ask({peer.url("http")}, [&](HttpResult result) { results.put(std::move(result)); });
  BOOST_TEST(failure(results.next()) == peer.name() + ": 2 requests are pending already");
  BOOST_TEST(results.waiting() == 0u);
}
