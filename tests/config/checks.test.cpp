#define BOOST_TEST_MODULE config_checks
#include "base/utc.hpp"
#include "runtime/config/checks.hpp"
#include "runtime/config/suggest.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {
const std::vector<std::string> schemes{"https", "http", "wss"};
bool is_url(std::string_view url) { return url_fault(url, schemes).empty(); }
} // namespace

BOOST_AUTO_TEST_CASE(urls_of_every_usual_form_pass) {
  for (const auto* url : {"https://a.example", "http://127.0.0.1:26657", "wss://node.example:443/websocket", "http://[::1]:1/x",
                          "http://localhost/", "https://rpc.example/v1/key?apikey=1", "https://u:p@rpc.example:1/x",
                          "https://key@rpc.example", "https://u:p@ss@rpc.example"})
    BOOST_TEST(is_url(url), url);
}

BOOST_AUTO_TEST_CASE(each_fault_of_a_url_is_reported) {
  const auto says = [](std::string_view url, std::string_view part) {
    return url_fault(url, schemes).find(part) != std::string::npos;
  };
  BOOST_TEST(says("node.example:26657", "is not a URL"));
  BOOST_TEST(says("", "is not a URL"));
  BOOST_TEST(says("gopher://a", "has the scheme \"gopher\"; allowed: https, http or wss"));
  BOOST_TEST(says("http://", "names no host"));
  BOOST_TEST(says("http://:80", "names no host"));
  BOOST_TEST(says("http://a:", "has the port \"\""));
  BOOST_TEST(says("http://a:0", "has the port \"0\""));
  BOOST_TEST(says("http://a:65536", "has the port \"65536\""));
  BOOST_TEST(says("http://a:8o", "has the port"));
  BOOST_TEST(says("http://[::1", "without ]"));
  BOOST_TEST(says("http://[::1]x", "after the host's ]"));
  BOOST_TEST(says("http://@a", "names no user"));
  BOOST_TEST(says("http://u:p@", "names no host"));
  BOOST_TEST(says("http://a#b", "fragment"));
  BOOST_TEST(says("http://a b", "blank"));
  BOOST_TEST(says("http://a!b", "character no host has"));
}

BOOST_AUTO_TEST_CASE(a_shown_url_keeps_neither_password_nor_key) {
  BOOST_TEST(shown_url("https://a.example:1/websocket") == "https://a.example:1/websocket");
  BOOST_TEST(shown_url("https://a.example/key") == "https://a.example/…");
  BOOST_TEST(shown_url("https://a.example?key=1") == "https://a.example/…");
  BOOST_TEST(shown_url("https://u:p@a.example/") == "https://…@a.example/");
  BOOST_TEST(shown_url("https://u:p@ss@a.example") == "https://…@a.example");
  BOOST_TEST(shown_url("u:p@a") == "…@a");
}

BOOST_AUTO_TEST_CASE(an_address_needs_its_checksum) {
  BOOST_TEST(address_fault("allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv") == "");
  BOOST_TEST(address_fault("allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gw") == "has a wrong checksum: a letter is mistyped");
  BOOST_TEST(address_fault("allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7g").find("43") != std::string::npos);
  BOOST_TEST(address_fault("allo1brl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv").find("'b'") != std::string::npos);
  BOOST_TEST(address_fault("").find("allo1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(dates_come_with_and_without_time_and_offset) {
  BOOST_TEST(parse_instant("2027-01-01")->value == 1'798'761'600'000);
  BOOST_TEST(parse_instant("2027-01-01T00:00:00Z")->value == 1'798'761'600'000);
  BOOST_TEST(parse_instant("2027-01-01 01:30")->value == 1'798'761'600'000 + 5'400'000);
  BOOST_TEST(parse_instant("2027-01-01T01:00:00+01:00")->value == 1'798'761'600'000);
  BOOST_TEST(parse_instant("2026-12-31T23:00:00-01:00")->value == 1'798'761'600'000);
  for (const auto* bad : {"", "tomorrow", "2027-13-01", "2027-02-29", "2027-01-01T24:00", "2027-01-01T00:00:00+1",
                          "2027-01-01x", "27-1-1", "2027-01-01T00:00:00Zz"})
    BOOST_TEST(!parse_instant(bad), bad);
  BOOST_TEST(utc_text(*parse_instant("2028-02-29T23:59:58Z")) == "2028-02-29T23:59:58Z");
  BOOST_TEST(utc_text(Instant{-1}) == "1969-12-31T23:59:59Z");
}

BOOST_AUTO_TEST_CASE(a_guess_is_made_only_when_it_is_close) {
  const std::vector<std::string> known{"chain", "wallet", "mnemonic_file"};
  BOOST_TEST(did_you_mean("chian", known) == " (did you mean chain?)");
  BOOST_TEST(did_you_mean("Wallet", known) == " (did you mean wallet?)");
  BOOST_TEST(did_you_mean("mnemonic", known) == " (did you mean mnemonic_file?)");
  BOOST_TEST(did_you_mean("zebra", known) == "");
  BOOST_TEST(did_you_mean("", known) == "");
  BOOST_TEST(did_you_mean(std::string(100'000, 'c'), known) == "");
}
