#define BOOST_TEST_MODULE proxies
#include "runtime/endpoints/proxies.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

std::string through(const Proxies& proxies, const char* url) {
  const auto* proxy = proxies.of(std::get<Url>(parse_http_url(url)));
  return proxy ? proxy->peer() : "direct";
}

} // namespace

BOOST_AUTO_TEST_CASE(plain_and_tls_requests_have_a_proxy_each) {
  const Proxies both("http://p:1", "http://user:pw@q:2/", "");
  BOOST_TEST(through(both, "http://a/") == "p:1");
  BOOST_TEST(through(both, "https://a/") == "q:2");
  BOOST_TEST(through(Proxies("", "q:2", ""), "http://a/") == "direct");
  BOOST_TEST(through(Proxies("", "q:2", ""), "https://a/") == "q:2");
  BOOST_TEST(through(Proxies(), "https://a/") == "direct");
}

// curl(1), --proxy: "If the port number is not specified in the proxy string, it is assumed to be 1080."
BOOST_AUTO_TEST_CASE(scheme_and_port_may_be_missing) {
  BOOST_TEST(through(Proxies("p", "", ""), "http://a/") == "p:1080");
  BOOST_TEST(through(Proxies("u:w@p", "", ""), "http://a/") == "p:1080");
  BOOST_TEST(through(Proxies("[::1]", "", ""), "http://a/") == "[::1]:1080");
  BOOST_TEST(through(Proxies("http://[::1]:3/", "", ""), "http://a/") == "[::1]:3");
}

BOOST_AUTO_TEST_CASE(other_kinds_of_proxies_are_refused_without_repeating_the_url) {
  for (const auto* url :
       {"socks5://u:hunter2@p:1", "socks4a://u:hunter2@p:1", "socks5h://u:hunter2@p", "SOCKS5://u:hunter2@p:1",
        "quic://u:hunter2@p:1", "https://u:hunter2@p:1", "http://u:hunter2@", "u:hunter2@p:x"}) {
    BOOST_TEST(!proxy_fault(url).empty(), url);
    BOOST_TEST(proxy_fault(url).find("hunter2") == std::string::npos);
    BOOST_CHECK_THROW(Proxies(url, "", ""), std::invalid_argument);
  }
  BOOST_TEST(proxy_fault("http://u:hunter2@p:1") == "");
  BOOST_TEST(proxy_fault("HTTP://p:1") == "");
}

// curl(1), NO_PROXY: names match with their subdomains, a leading dot makes no difference, * is all, addresses may have a
// prefix.
BOOST_AUTO_TEST_CASE(no_proxy_is_read_as_curl_reads_it) {
  const Proxies some("p:1", "p:1", "Example.com, .local 10.0.0.0/8,192.168.1.7,[fd00::1],2001:db8::/33");
  for (const auto* direct :
       {"http://example.com/", "https://www.example.com/", "http://local/", "http://a.local/", "http://10.200.3.4/",
        "http://192.168.1.7:8080/", "http://[fd00::1]/", "http://[2001:db8:7fff::]/"})
    BOOST_TEST(through(some, direct) == "direct", direct);
  for (const auto* proxied : {"http://notexample.com/", "http://example.com.org/", "http://11.0.0.1/", "http://192.168.1.70/",
                              "http://[fd00::2]/", "http://[2001:db8:8000::]/", "http://127.0.0.1/", "http://localhost/"})
    BOOST_TEST(through(some, proxied) == "p:1", proxied);
  BOOST_TEST(through(Proxies("p:1", "p:1", "*"), "http://a/") == "direct");
}

// golang.org/x/net/http/httpproxy, NO_PROXY: a prefix or a name may have a port; Python's urllib compares with host:port too.
BOOST_AUTO_TEST_CASE(an_entry_of_no_proxy_may_have_a_port_or_a_star) {
  const Proxies some("p:1", "p:1", "example.com:8080,*.corp,10.0.0.7:26657,[fd00::1]:443,10.1.0.0/16:80");
  for (const auto* direct : {"http://example.com:8080/", "http://www.example.com:8080/", "https://a.corp/", "http://corp/",
                             "http://10.0.0.7:26657/", "https://[fd00::1]/", "http://10.1.2.3/"})
    BOOST_TEST(through(some, direct) == "direct", direct);
  for (const auto* proxied : {"http://example.com/", "http://example.com:80801/", "http://10.0.0.7/", "http://[fd00::1]/",
                              "http://notcorp/", "http://10.1.2.3:81/"})
    if (std::holds_alternative<Url>(parse_http_url(proxied))) BOOST_TEST(through(some, proxied) == "p:1", proxied);
  BOOST_TEST(through(Proxies("p:1", "p:1", "*:8080"), "http://a:8080/") == "direct");
  BOOST_TEST(through(Proxies("p:1", "p:1", "*:8080"), "http://a/") == "p:1");
  BOOST_TEST(through(Proxies("p:1", "p:1", "a.example."), "http://a.example/") == "direct");
  BOOST_TEST(through(Proxies("p:1", "p:1", "a.example"), "http://a.example./") == "direct");
}

BOOST_AUTO_TEST_CASE(an_entry_that_cannot_be_read_stands_for_nothing_and_is_named) {
  for (const auto* entry :
       {"", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", ".", "10.0.0.1:", "10.0.0.1:0", "10.0.0.1:65536",
        "10.0.0.1:http", "[10.0.0.1", "[::1]8", "[::1]:", "[x]", "http://10.0.0.1", "u@10.0.0.1", "10.0.*"}) {
    BOOST_TEST(!proxy_exception(entry, "10.0.0.1", "80"), entry);
    BOOST_TEST(proxy_exception_fault(entry) != "", entry);
  }
  for (const auto* entry :
       {"*", "*:1", "a", ".a", "*.a", "a.", "A-b_c:80", "10.0.0.0/8", "::1", "::1/64", "[::1]", "[fd00::]:1"})
    BOOST_TEST(proxy_exception_fault(entry) == "", entry);
}
