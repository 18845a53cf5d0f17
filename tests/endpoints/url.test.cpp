#define BOOST_TEST_MODULE url
#include "runtime/endpoints/url.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

Url http(std::string_view text) { return std::get<Url>(parse_http_url(text)); }
Url rpc(std::string_view text) { return std::get<Url>(parse_rpc_url(text)); }
bool refused(std::string_view text) { return std::holds_alternative<std::string>(parse_http_url(text)); }

} // namespace

BOOST_AUTO_TEST_CASE(a_url_is_taken_apart) {
  BOOST_TEST((http("HTTPS://Api.Example.com/a/b?token=x#top") == Url{true, "api.example.com", "443", "/a/b?token=x"}));
  BOOST_TEST((http("http://127.0.0.1:8080") == Url{false, "127.0.0.1", "8080", "/"}));
  BOOST_TEST((http("http://h?q=1") == Url{false, "h", "80", "/?q=1"}));
  BOOST_TEST((http("http://[::1]:81/x") == Url{false, "::1", "81", "/x"}));
}

BOOST_AUTO_TEST_CASE(the_peer_is_named_with_its_port_and_the_host_header_only_where_it_is_unusual) {
  BOOST_TEST(http("https://h/x").peer() == "h:443");
  BOOST_TEST(http("https://h/x").authority() == "h");
  BOOST_TEST(http("https://h:80/x").authority() == "h:80");
  BOOST_TEST(http("http://[::1]/").peer() == "[::1]:80");
  BOOST_TEST(http("http://[::1]/").authority() == "[::1]");
}

BOOST_AUTO_TEST_CASE(every_spelling_of_a_node_leads_to_its_websocket) {
  for (const auto* text : {"http://node:26657", "tcp://node:26657/", "ws://node:26657/websocket", "ws://node:26657/websocket/"})
    BOOST_TEST((rpc(text) == Url{false, "node", "26657", "/websocket"}), text);
  BOOST_TEST((rpc("https://node/rpc/") == Url{true, "node", "443", "/rpc/websocket"}));
  BOOST_TEST((rpc("wss://node?key=1") == Url{true, "node", "443", "/websocket?key=1"}));
}

BOOST_AUTO_TEST_CASE(what_is_no_url_is_refused) {
  for (const auto* text : {"", "node:26657", "ftp://node", "ws://node", "http://", "http://:80", "http://h:", "http://h:0",
                           "http://h:65536", "http://h:8o", "http://[::1", "http://[::1]8", "http://user:pass@h/",
                           "http://h/a b", "http://h/\r\nX: y", "http://h\x80/"})
    BOOST_TEST(refused(text), text);
}

BOOST_AUTO_TEST_CASE(a_refusal_does_not_repeat_the_secret_in_the_url) {
  const auto wrong = std::get<std::string>(parse_http_url("http://user:hunter2@h/"));
  BOOST_TEST(wrong.find("hunter2") == wrong.npos);
}
