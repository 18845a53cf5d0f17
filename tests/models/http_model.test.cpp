#define BOOST_TEST_MODULE http_model
#include "runtime/live/http_client.hpp"
#include "runtime/models/http_model.hpp"
#include "tests/live/awaited.hpp"
#include "tests/live/peer.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

std::string response(const std::string& status, const std::string& headers, const std::string& body) {
  return "HTTP/1.1 " + status + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

struct Fixture {
  IoThread io;
  std::shared_ptr<HttpPort> http = make_http(io);

  /// What the model behind `url` answers: its values, or "failed: reason".
  std::string ask(const std::string& url, std::int64_t deadline_ms = 5'000, HttpHeaders headers = {}) {
    models::ModelSpec spec{.kind = models::ModelSpec::Kind::http, .url = url, .headers = std::move(headers)};
    spec.deadline_ms = deadline_ms;
    const auto model = models::make_http_model(spec, http);
    Awaited<ModelPort::Answer> answers;
    model->ask({.ask = 9, .topic = {67}, .nonce = {1200}}, [&](ModelPort::Answer a) { answers.put(std::move(a)); });
    const auto answer = answers.next();
    if (const auto* failed = std::get_if<ModelFailed>(&answer)) return "failed: " + failed->reason;
    const auto& answered = std::get<ModelAnswered>(answer);
    BOOST_TEST(answered.ask == 9u);
    BOOST_TEST(answered.nonce.value == 1200);
    std::string out;
    for (const auto& v : answered.values) out += v.label + "=" + v.value + ";";
    return out;
  }
  /// Of a server that answers each request with `raw`.
  std::string answer(const std::string& raw) {
    Peer peer([&](Connection& c) {
      c.request();
      c.send_raw(raw);
    });
    return ask(peer.url("http") + "/");
  }
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

} // namespace

BOOST_FIXTURE_TEST_SUITE(http, Fixture)

BOOST_AUTO_TEST_CASE(the_placeholders_are_filled_and_the_body_is_the_number) {
  std::string seen;
  Peer peer([&](Connection& c) {
    seen = c.request();
    c.send_raw(response("200 OK", "Content-Type: text/plain\r\n", " 0.0123\n"));
  });
  BOOST_TEST(ask(peer.url("http") + "/inference/{BlockHeight}?topic={TopicId}", 5'000, {{"x-api-key", "secret"}}) ==
             "=0.0123;");
  BOOST_TEST(holds(seen, "GET /inference/1200?topic=67 HTTP/1.1"), seen);
  BOOST_TEST(holds(seen, "x-api-key: secret"), seen);
}

BOOST_AUTO_TEST_CASE(labels_keep_their_order) {
  BOOST_TEST(answer(response("200 OK", "", R"([{"label":"up","value":"0.6"},{"label":"down","value":0.4}])")) ==
             "up=0.6;down=0.4;");
}

BOOST_AUTO_TEST_CASE(another_status_is_refused) {
  const auto why = answer(response("500 Internal Server Error", "Content-Type: text/plain\r\n", "0.5"));
  BOOST_TEST(holds(why, "failed: 127.0.0.1:"), why);
  BOOST_TEST(holds(why, "status 500"), why);
}

BOOST_AUTO_TEST_CASE(html_is_refused_in_a_short_sentence) {
  const auto why = answer(response("200 OK", "Content-Type: text/html\r\n", "<!DOCTYPE html>" + std::string(5'000, 'x')));
  BOOST_TEST(holds(why, "text/html"), why);
  BOOST_TEST(holds(why, "not a finite number"), why);
  BOOST_TEST(why.size() < 250u);
}

BOOST_AUTO_TEST_CASE(a_redirect_to_another_host_is_refused) {
  Peer other([](Connection& c) {
    c.request();
    c.send_raw(response("200 OK", "", "0.5"));
  });
  const auto why = answer(response("302 Found", "Location: " + other.url("http", "localhost") + "/\r\n", ""));
  BOOST_TEST(holds(why, "another host"), why);
  BOOST_TEST(other.connections() == 0);
}

BOOST_AUTO_TEST_CASE(a_redirect_on_the_same_host_is_followed) {
  int requests = 0;
  Peer peer([&](Connection& c) {
    c.request();
    c.send_raw(++requests == 1 ? response("302 Found", "Location: /new\r\n", "") : response("200 OK", "", "0.5"));
  });
  BOOST_TEST(ask(peer.url("http") + "/old") == "=0.5;");
}

BOOST_AUTO_TEST_CASE(a_slow_answer_fails_at_the_deadline) {
  Peer peer([](Connection& c) { c.discard_input(); });
  const auto why = ask(peer.url("http") + "/", 200);
  BOOST_TEST(holds(why, "no answer within 200 ms"), why);
}

BOOST_AUTO_TEST_CASE(a_long_body_is_refused) {
  const auto why = answer(response("200 OK", "", std::string(1 << 20, '1')));
  BOOST_TEST(holds(why, "longer than 65536 bytes"), why);
}

BOOST_AUTO_TEST_CASE(a_refusal_names_no_secret_of_the_url) {
  Peer peer([&](Connection& c) {
    c.request();
    c.send_raw(response("403 Forbidden", "", "key topsecretkey unknown"));
  });
  const auto why = ask(peer.url("http") + "/?key=topsecretkey");
  BOOST_TEST(holds(why, "status 403"), why);
  BOOST_TEST(!holds(why, "topsecretkey"), why);
}

BOOST_AUTO_TEST_CASE(nobody_there_is_a_failure) { BOOST_TEST(holds(ask(closed_port_url("http") + "/"), "failed: ")); }

BOOST_AUTO_TEST_SUITE_END()
