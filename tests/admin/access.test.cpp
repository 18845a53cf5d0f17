#define BOOST_TEST_MODULE admin_access
#include "base/base64.hpp"
#include "base/equal_secret.hpp"
#include "runtime/admin/access.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

const auto token = std::make_shared<const SecretBytes>(SecretBytes::copy_of("0123456789abcdef-token"));

AdminRequest over_tcp(std::string method = "GET", std::string host = "127.0.0.1:9478") {
  AdminRequest r{std::move(method), "/tree", true};
  r.host = std::move(host);
  return r;
}

unsigned status(const AdminRequest& r, const SecretBytes* configured) {
  const auto no = refused(r, configured);
  return no ? no->status : 200;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_unix_socket_needs_none_of_this) {
  BOOST_TEST(status({"POST", "/restart/ledger"}, nullptr) == 200u);
  BOOST_TEST(status({"POST", "/restart/ledger"}, token.get()) == 200u);
}

BOOST_AUTO_TEST_CASE(a_host_that_is_not_this_machine_is_refused_whatever_is_asked) { // DNS rebinding
  for (const char* host :
       {"", "evil.example", "evil.example:9478", "127.0.0.1.evil.example", "127.0.0.1:9478.evil.example", "localhost.evil",
        "localhost:", "localhost:x", "127.0.0.1:123456", "10.0.0.1:9478", "[::1", "[::2]:80", "127.0.0.1@evil.example"})
    BOOST_TEST(status(over_tcp("GET", host), nullptr) == 403u, host);
  for (const char* host : {"127.0.0.1", "127.0.0.1:9478", "localhost", "localhost:8080", "[::1]:9478", "[::1]"})
    BOOST_TEST(status(over_tcp("GET", host), nullptr) == 200u, host);
}

BOOST_AUTO_TEST_CASE(another_sites_page_is_refused_also_with_the_token) {
  auto r = over_tcp("POST");
  r.authorization = "Bearer 0123456789abcdef-token";
  for (const char* origin :
       {"http://evil.example", "null", "https://127.0.0.1:9478", "http://127.0.0.1:3000", "http://localhost:9478"}) {
    r.origin = origin;
    BOOST_TEST(status(r, token.get()) == 403u, origin);
  }
  r.origin = "http://127.0.0.1:9478";
  BOOST_TEST(status(r, token.get()) == 200u);
}

BOOST_AUTO_TEST_CASE(without_a_configured_token_one_may_look_and_change_nothing) {
  BOOST_TEST(status(over_tcp("GET"), nullptr) == 200u);
  for (const char* method : {"POST", "PUT", "DELETE", "HEAD", "get"})
    BOOST_TEST(status(over_tcp(method), nullptr) == 403u, method);
  auto r = over_tcp("POST");
  r.authorization = "Bearer ";
  BOOST_TEST(status(r, nullptr) == 403u);
}

BOOST_AUTO_TEST_CASE(with_a_configured_token_everything_needs_it) {
  auto r = over_tcp();
  BOOST_TEST(status(r, token.get()) == 401u);
  const auto answer = refused(r, token.get());
  BOOST_TEST(answer->headers.at(0).first == "WWW-Authenticate");
  for (const char* wrong :
       {"Bearer", "Bearer ", "Bearer 0123456789abcdef-toke", "Bearer 0123456789abcdef-token ", "0123456789abcdef-token",
        "Bearer  0123456789abcdef-token", "Basic !!!!", "Basic MDEyMzQ1Njc4OWFiY2RlZi10b2tlbg==", "Digest x"}) {
    r.authorization = wrong;
    BOOST_TEST(status(r, token.get()) == 401u, wrong);
  }
  for (const auto& right :
       {std::string("Bearer 0123456789abcdef-token"), std::string("bearer 0123456789abcdef-token"),
        "Basic " + base64_text("anyone:0123456789abcdef-token"), "Basic " + base64_text(":0123456789abcdef-token")}) {
    r.authorization = right;
    BOOST_TEST(status(r, token.get()) == 200u, right);
  }
}

BOOST_AUTO_TEST_CASE(a_refused_request_does_not_reach_the_handler_and_no_answer_repeats_the_token) {
  int asked = 0;
  const auto handler = guarded([&](const AdminRequest&) { return ++asked, AdminAnswer{}; }, token);
  auto r = over_tcp("POST");
  r.authorization = "Bearer wrong-token-wrong-token";
  const auto answer = handler(r);
  BOOST_TEST(asked == 0);
  BOOST_TEST(answer.body.find("wrong-token") == std::string::npos);
  BOOST_TEST(answer.body.find("0123456789abcdef") == std::string::npos);
  r.authorization = "Bearer 0123456789abcdef-token";
  BOOST_TEST(handler(r).status == 200u);
  BOOST_TEST(asked == 1);
}

BOOST_AUTO_TEST_CASE(secrets_of_any_length_are_compared) {
  BOOST_TEST(equal_secret("", ""));
  BOOST_TEST(equal_secret("abc", "abc"));
  BOOST_TEST(!equal_secret("abc", "abd"));
  BOOST_TEST(!equal_secret("abc", "abcd"));
  BOOST_TEST(!equal_secret("abc", std::string(1'000'000, 'a')));
}

BOOST_AUTO_TEST_CASE(base64_is_read_back_and_other_texts_are_none) {
  for (const std::string text : {"", "a", "ab", "abc", "any:token"}) BOOST_TEST(from_base64(base64_text(text)).value() == text);
  for (const char* text : {"a", "ab=", "====", "a===", "ab!=", "abc\n"}) BOOST_TEST(!from_base64(text).has_value(), text);
}
