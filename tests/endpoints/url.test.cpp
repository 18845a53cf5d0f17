#define BOOST_TEST_MODULE url
#include "runtime/endpoints/url.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

Url http(std::string_view text) { return std::get<Url>(parse_http_url(text)); }
RpcUrl rpc(std::string_view text) { return std::get<RpcUrl>(parse_rpc_url(text)); }
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
    BOOST_TEST((static_cast<Url>(rpc(text)) == Url{false, "node", "26657", "/websocket"}), text);
  BOOST_TEST((static_cast<Url>(rpc("https://node/rpc/")) == Url{true, "node", "443", "/rpc/websocket"}));
  BOOST_TEST((static_cast<Url>(rpc("wss://node?key=1")) == Url{true, "node", "443", "/websocket?key=1"}));
}

BOOST_AUTO_TEST_CASE(what_is_no_url_is_refused) {
  for (const auto* text :
       {"", "node:26657", "ftp://node", "ws://node", "http://", "http://:80", "http://h:", "http://h:0", "http://h:65536",
        "http://h:8o", "http://[::1", "http://[::1]8", "http://h/a b", "http://h/\r\nX: y", "http://h\x80/"})
    BOOST_TEST(refused(text), text);
}

BOOST_AUTO_TEST_CASE(user_and_password_are_kept_apart_from_the_host) {
  BOOST_TEST((http("https://user:p%40ss@h/x") == Url{true, "h", "443", "/x", "user:p%40ss"}));
  BOOST_TEST(http("http://a:b@c@h:1/").user_info == "a:b@c");
  BOOST_TEST(http("http://key@h/").peer() == "h:80");
  BOOST_TEST(http("https://user:pw@h/x?y=1").text() == "https://user:pw@h:443/x?y=1");
}

BOOST_AUTO_TEST_CASE(a_refusal_does_not_repeat_the_secret_in_the_url) {
  for (const auto* text : {"http://user:hunter2@/", "http://user:hunter2@h:x/", "ftp://user:hunter2@h/"}) {
    const auto wrong = std::get<std::string>(parse_http_url(text));
    BOOST_TEST(wrong.find("hunter2") == wrong.npos);
  }
}

// Forms of providers: the key in the path, as a segment or in the query, and WebSockets at paths of their own.
BOOST_AUTO_TEST_CASE(a_node_has_a_websocket_and_a_place_for_posts) {
  const struct {
    const char *rpc, *websocket, *socket, *post;
  } cases[] = {
    {"tcp://h:26657", "", "/websocket", "http://h:26657/"},
    {"wss://h/rpc/websocket?key=1", "", "/rpc/websocket?key=1", "https://h:443/rpc/?key=1"},
    {"https://h/websocket-farm", "", "/websocket-farm/websocket", "https://h:443/websocket-farm/"},
    {"https://h/v1/0123456789abcdef/", "", "/v1/0123456789abcdef/websocket", "https://h:443/v1/0123456789abcdef/"},
    {"wss://h/wss", "", "/wss", "https://h:443/"},
    {"wss://h/key/wss/", "", "/key/wss", "https://h:443/key/"},
    {"https://h/ws", "", "/ws", "https://h:443/"},
    {"https://u:p@h/key", "", "/key/websocket", "https://u:p@h:443/key/"},
    {"https://h/allora/key", "/allora/ws/key?v=2", "/allora/ws/key?v=2", "https://h:443/allora/key/"},
    {"wss://h/news", "", "/news/websocket", "https://h:443/news/"},
  };
  for (const auto& c : cases) {
    const auto url = std::get<RpcUrl>(parse_rpc_url(c.rpc, c.websocket));
    BOOST_TEST(url.target == c.socket, c.rpc);
    BOOST_TEST(url.post_url() == c.post, c.rpc);
  }
}

// RFC 3986, section 5.4, as far as http is concerned.
BOOST_AUTO_TEST_CASE(a_location_is_resolved_against_the_url_it_came_from) {
  const auto base = http("http://u:p@a/b/c/d;p?q");
  const std::pair<const char*, const char*> cases[] = {{"g", "/b/c/g"},          {"./g", "/b/c/g"},
                                                       {"g/", "/b/c/g/"},        {"/g", "/g"},
                                                       {"?y", "/b/c/d;p?y"},     {"g?y", "/b/c/g?y"},
                                                       {"#s", "/b/c/d;p?q"},     {"g#s", "/b/c/g"},
                                                       {"", "/b/c/d;p?q"},       {".", "/b/c/"},
                                                       {"./", "/b/c/"},          {"..", "/b/"},
                                                       {"../", "/b/"},           {"../g", "/b/g"},
                                                       {"../..", "/"},           {"../../g", "/g"},
                                                       {"../../../g", "/g"},     {"/./g", "/g"},
                                                       {"/../g", "/g"},          {"g.", "/b/c/g."},
                                                       {"./../g", "/b/g"},       {"./g/.", "/b/c/g/"},
                                                       {"g/./h", "/b/c/g/h"},    {"g/../h", "/b/c/h"},
                                                       {"g;x=1/../y", "/b/c/y"}, {"g?y/../x", "/b/c/g?y/../x"}};
  for (const auto& [location, target] : cases) {
    const auto url = std::get<Url>(resolve_location(base, location));
    BOOST_TEST(url.target == target, location);
    BOOST_TEST(url.user_info == "u:p"); // the same host
  }
  BOOST_TEST((std::get<Url>(resolve_location(base, "//g")) == Url{false, "g", "80", "/"}));
  BOOST_TEST((std::get<Url>(resolve_location(base, "https://x:y@g:8/h?i#j")) == Url{true, "g", "8", "/h?i"}));
  for (const auto* bad : {"ftp://g/", "g:h", "/a b", "http://", "/\x01"})
    BOOST_TEST(std::holds_alternative<std::string>(resolve_location(base, bad)), bad);
}

BOOST_AUTO_TEST_CASE(what_is_secret_in_a_url_is_redacted_from_a_text) {
  auto url =
    std::get<RpcUrl>(parse_rpc_url("https://user:p%40ss@h/v1/0123456789abcdef?key=query-key", "/sock/fedcba9876543210"));
  url.headers = {{"X-Api-Key", "header-key"}, {"Authorization", "Bearer bearer-key"}};
  const auto text =
    redact("user p@ss p%40ss v1 0123456789abcdef query-key fedcba9876543210 header-key bearer-key h", url.secrets());
  BOOST_TEST(text == "*** *** *** v1 *** *** *** *** *** h");
  BOOST_TEST(redact("Authorization: Basic dXNlcjpwQHNz", url.secrets()) == "Authorization: Basic ***"); // user:p@ss
  BOOST_TEST(redact("as it is", secrets_of(http("https://h/as/it?is=is"))) == "as it is");
}
