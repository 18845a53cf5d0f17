#define BOOST_TEST_MODULE config_load_network
#include "runtime/config/example.hpp"
#include "runtime/config/show.hpp"
#include "runtime/config/sim_config.hpp"
#include "runtime/config/secret_source.hpp"
#include "tests/config/config_fixture.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

using namespace inferd;
using namespace inferd::test;

BOOST_AUTO_TEST_CASE(an_endpoint_may_be_a_table_with_a_websocket_and_headers) {
  auto m = machine(whole + R"([chain]
rpc = ["https://joe:hunter2@a.example/pathkey",
       { url = "https://b.example/pathkey", websocket = "/wskey/ws", headers = { X-Key = { env = "NODE_KEY" }, )"
                           R"(Authorization = { file = "bearer" } } }]
)");
  m.environment["NODE_KEY"] = "sesame1";
  m.files["/etc/i/bearer"].text = "Bearer sesame2\n";
  const auto c = config_of(load(m));
  BOOST_TEST((c.chain.rpc == std::vector<std::string>{"https://joe:hunter2@a.example/pathkey", "https://b.example/pathkey"}));
  BOOST_TEST(c.chain.endpoints.at(0).headers.empty());
  BOOST_TEST(c.chain.endpoints.at(1).websocket == "/wskey/ws");
  const auto headers = read_rpc_headers(c.chain, m.host());
  BOOST_TEST((std::get<0>(headers).at(1) == HttpHeaders{{"Authorization", "Bearer sesame2"}, {"X-Key", "sesame1"}}));
  const auto shown = show_config(c);
  for (const auto* secret : {"hunter2", "pathkey", "wskey", "sesame"}) BOOST_TEST(!holds(shown, secret), secret);
  BOOST_TEST(holds(shown, R"(chain.rpc = ["https://…@a.example/…", "https://b.example/…"])"));
  BOOST_TEST(holds(shown, "chain.rpc[2].headers.X-Key = (secret: NODE_KEY in the environment)"));
  BOOST_TEST(holds(shown, "chain.rpc[2].headers.Authorization = (secret: the file /etc/i/bearer)"));
  m.files["/etc/i/bearer"].text = "Bearer\x01";
  BOOST_TEST(std::get<std::string>(read_rpc_headers(c.chain, m.host())) ==
             "chain.rpc, endpoint 2: header Authorization: the file /etc/i/bearer holds a character that no header may hold");
  m.files["/etc/i/bearer"].mode = 0644;
  BOOST_TEST(holds(mistake_of(load(m)), "chain.rpc[2].headers.Authorization.file: \"/etc/i/bearer\" may be read"));
}

BOOST_AUTO_TEST_CASE(headers_name_one_place_each_and_none_that_inferd_sets) {
  const auto says = [](const std::string& headers, ConfigFor purpose = ConfigFor::run) {
    return mistake_of(load(machine(whole + "[[market.source]]\nkind = \"kraken\"\nheaders = { " + headers + " }\n"), purpose));
  };
  BOOST_TEST(holds(says("Host = { env = \"X\" }"), "market.source.headers.Host: is a header that inferd sets itself"));
  BOOST_TEST(holds(says("\"X Y\" = { env = \"X\" }"), "is not the name of a header"));
  BOOST_TEST(holds(says("X = { env = \"A\", file = \"b\" }"), "no place of its value, or several"));
  BOOST_TEST(holds(says("X = {}"), "no place of its value, or several"));
  BOOST_TEST(holds(says("X = { env = \"NOT_SET\" }"), "NOT_SET is set neither in the environment nor in a .env file"));
  BOOST_TEST(says("X = { env = \"NOT_SET\" }", ConfigFor::lookup) == "");
  const auto pasted = says("X = { env = \"sk_live_51H8\" }"); // the secret in the place of a name
  BOOST_TEST(holds(pasted, "is set neither in the environment nor in a .env file"));
  BOOST_TEST(!holds(pasted, "sk_live"));
  BOOST_TEST(says("X = { credential = \"x\" }") == ""); // checked at the start
  BOOST_TEST(holds(says("X = { value = \"secret\" }"), "is not a setting"));
  BOOST_TEST(holds(mistake_in("[[market.source]]\nkind = \"csv\"\npath = \"model.json\"\nheaders = { X = { env = \"Y\" } }\n"),
                   "is for sources on the network"));
}

BOOST_AUTO_TEST_CASE(a_proxy_comes_from_the_file_or_as_curl_has_it_from_the_environment) {
  auto m = machine(whole);
  BOOST_TEST(config_of(load(m)).network.https_proxy == "");
  m.environment["HTTPS_PROXY"] = "http://u:hunter2@upper:1";
  m.environment["HTTP_PROXY"] = "http://never:1"; // curl: lower case only
  m.environment["NO_PROXY"] = "localhost";
  auto n = config_of(load(m)).network;
  BOOST_TEST(n.https_proxy == "http://u:hunter2@upper:1");
  BOOST_TEST(n.http_proxy == "");
  BOOST_TEST(n.no_proxy == "localhost");
  const auto shown = show_config(config_of(load(m)));
  BOOST_TEST(holds(shown, "network.https_proxy = \"http://…@upper:1\""));
  BOOST_TEST(!holds(shown, "hunter2"));
  m.environment["https_proxy"] = "lower:2";
  m.environment["all_proxy"] = "rest:3";
  m.environment["no_proxy"] = "a,b";
  n = config_of(load(m)).network;
  BOOST_TEST(n.https_proxy == "lower:2");
  BOOST_TEST(n.http_proxy == "rest:3");
  BOOST_TEST(n.no_proxy == "a,b");
  auto own = m;
  own.files["/etc/i/inferd.toml"].text = whole + "[network]\nproxy = \"http://own:4\"\nno_proxy = [\"c\", \"d\"]\n";
  n = config_of(load(own)).network;
  BOOST_TEST(n.https_proxy == "http://own:4");
  BOOST_TEST(n.http_proxy == "http://own:4");
  BOOST_TEST(n.no_proxy == "c,d");
  own.files["/etc/i/inferd.toml"].text = whole + "[network]\nproxy = \"\"\n";
  BOOST_TEST(config_of(load(own)).network.https_proxy == "");
}

BOOST_AUTO_TEST_CASE(a_proxy_that_cannot_be_used_stops_the_start_and_is_never_gone_around) {
  for (const auto* url :
       {"socks5://u:hunter2@s:5", "socks5h://u:hunter2@s:5", "socks4://u:hunter2@s", "https://u:hunter2@s:5"}) {
    const auto why = holds(url, "socks") ? "cannot be used: SOCKS proxies are not supported, only HTTP proxies"
                                         : "cannot be used: only proxies of the form http://host:port are supported";
    for (const auto* name : {"https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY"}) {
      auto m = machine(whole);
      m.environment[name] = url;
      const auto said = mistake_of(load(m));
      BOOST_TEST(holds(said, "environment: " + std::string(name) + ": " + why), said);
      BOOST_TEST(holds(said, "network.proxy in the configuration overrules this variable"));
      BOOST_TEST(!holds(said, "\n"), said); // all_proxy, which stands for both, is named once
      BOOST_TEST(!holds(said, "hunter2"));
      m.files["/etc/i/inferd.toml"].text += "[network]\nproxy = \"\"\n";
      BOOST_TEST(mistake_of(load(m)) == "");
    }
    const auto said = mistake_of(load(machine(whole + "[network]\nproxy = \"" + url + "\"\n")));
    BOOST_TEST(holds(said, ":7: network.proxy: "), said);
    BOOST_TEST(holds(said, why), said);
    BOOST_TEST(!holds(said, "hunter2"));
  }
}

BOOST_AUTO_TEST_CASE(an_exception_from_the_proxy_that_cannot_be_read_is_named) {
  const auto said = [](const std::string& list) {
    return mistake_of(load(machine(whole + "[network]\nno_proxy = " + list + "\n")));
  };
  BOOST_TEST(said(R"(["10.0.0.0/8", ".corp", "*.lan", "a:80", "[::1]:443", "*", "b, c"])") == "");
  BOOST_TEST(holds(said(R"(["a", "10.0.0.0/33"])"), "network.no_proxy: \"10.0.0.0/33\" has no length of a network"));
  BOOST_TEST(holds(said(R"("a, http://b")"), "network.no_proxy: \"a, http://b\" has something other than a port"));
}

struct Hiding {
  FakeHost machine;
  std::vector<std::string> hidden;
  void load(const std::string& toml, ConfigFor purpose = ConfigFor::run) {
    machine.files["/etc/i/inferd.toml"].text = toml;
    auto host = machine.host();
    host.hide = [this](const std::string& name) { hidden.push_back(name); };
    load_config("/etc/i/inferd.toml", host, purpose);
  }
  bool hides(const std::string& name) const { return std::find(hidden.begin(), hidden.end(), name) != hidden.end(); }
};

// /proc/PID/environ shows what a process was started with.
BOOST_AUTO_TEST_CASE(what_is_secret_in_the_environment_is_hidden_whether_used_or_not) {
  Hiding all{machine(""), {}};
  all.machine.environment = {{"MNEMONIC", "zoo zoo"},
                             {"TIINGO_API_KEY", "t"},
                             {"NODE_KEY", "n"},
                             {"MARKET_KEY", "m"},
                             {"https_proxy", "http://u:p@q:1"},
                             {"ALL_PROXY", "http://u:p@q:1"},
                             {"HTTP_PROXY", "http://u:p@q:1"},
                             {"http_proxy", "http://q:1"},
                             {"TOPIC_ID", "67"}};
  all.load(whole + R"([chain]
rpc = [{ url = "https://a.example", headers = { X-Key = { env = "NODE_KEY" } } }]
[[market.source]]
kind = "kraken"
headers = { X-Key = { env = "MARKET_KEY" } }
)");
  for (const auto* name : {"MNEMONIC", "TIINGO_API_KEY", "NODE_KEY", "MARKET_KEY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"})
    BOOST_TEST(all.hides(name), name);
  for (const auto* name : {"http_proxy", "TOPIC_ID", "HOME"}) BOOST_TEST(!all.hides(name), name);
}

BOOST_AUTO_TEST_CASE(the_admin_port_listens_on_loopback_with_a_token_of_the_owner) {
  auto m = machine(whole + std::string("[admin]\nlisten = \"127.0.0.1:9478\"\ntoken_file = \"token\"\n"));
  m.files["/etc/i/token"] = {.text = "0123456789abcdef", .mode = 0600};
  const auto c = config_of(load(m));
  BOOST_TEST(c.admin_listen == "127.0.0.1:9478");
  BOOST_TEST((c.admin_token == SecretSource{SecretSource::Kind::file, "/etc/i/token", ""}));
  m.files["/etc/i/token"].mode = 0644;
  BOOST_TEST(holds(mistake_of(load(m)), "admin.token_file"));
  m.files.erase("/etc/i/token");
  BOOST_TEST(holds(mistake_of(load(m)), "admin.token_file"));
  BOOST_TEST(config_of(load(machine(whole + std::string("[admin]\nlisten = \"[::1]:80\"\n")))).admin_listen == "[::1]:80");
  BOOST_TEST(config_of(load(machine(whole))).admin_listen.empty());
  for (const char* wrong : {"0.0.0.0:9478", "192.168.1.2:9478", "[::]:9478", "localhost:9478", "127.0.0.1.evil.example:9478"})
    BOOST_TEST(holds(mistake_in(fmt::format("[admin]\nlisten = \"{}\"\n", wrong)), "is not on the loopback interface"), wrong);
  for (const char* wrong : {"127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:x", "9478", ":9478x"})
    BOOST_TEST(holds(mistake_in(fmt::format("[admin]\nlisten = \"{}\"\n", wrong)), "has no port"), wrong);
}
