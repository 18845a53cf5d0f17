#define BOOST_TEST_MODULE config_load
#include "runtime/config/example.hpp"
#include "runtime/config/show.hpp"
#include "runtime/config/sim_config.hpp"
#include "runtime/config/secret_source.hpp"
#include "tests/config/config_fixture.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

using namespace inferd;
using namespace inferd::test;

BOOST_AUTO_TEST_CASE(every_key_of_the_contract_arrives) {
  auto m = machine(R"(
[chain]
id = "localnet"
rpc = ["http://127.0.0.1:26657", "wss://node.example/websocket"]
fee_tier = "priority"
fee_cap_uallo = 7
gas_cap = 200000
[wallet]
mnemonic_file = "words"
[[market.source]]
kind = "tiingo"
token_env = "MY_TOKEN"
[[market.source]]
kind = "csv"
path = "candles.csv"
max_age_s = 7200
[[topic]]
id = 67
symbol = "ethusd"
horizon_hours = 24
model = "model.json"
[[topic]]
id = 68
model = "/etc/i/model.json"
[ledger]
path = "/var/books.db"
[admin]
socket = "admin.sock"
[log]
level = "debug"
dir = "logs"
[schedule]
interval_s = 3600
until = 2027-01-01T00:00:00Z
[tape]
on = false
)");
  m.environment["MY_TOKEN"] = "sesame";
  m.files["/etc/i/candles.csv"].text = "x";
  const auto c = config_of(load(m));
  BOOST_TEST(c.chain.id == "localnet");
  BOOST_TEST(c.chain.rpc.size() == 2u);
  BOOST_TEST((c.chain.fee_tier == FeeTier::priority));
  BOOST_TEST((c.chain.fee_cap == Uallo{7}));
  BOOST_TEST((c.wallets.at(0).mnemonic == SecretSource{SecretSource::Kind::file, "/etc/i/words", ""}));
  BOOST_TEST((c.sources.at(0).token == SecretSource{SecretSource::Kind::environment, "", "MY_TOKEN"}));
  BOOST_TEST(c.sources.at(1).path == "/etc/i/candles.csv");
  BOOST_TEST(c.sources.at(1).max_age_ms == 7'200'000);
  BOOST_TEST(c.sources.at(1).symbol == ""); // two symbols: the file does not say of which it is
  BOOST_TEST(c.topics.at(0).symbol == "ethusd");
  BOOST_TEST(c.topics.at(0).horizon_ms == 24 * 3'600'000);
  BOOST_TEST(c.topics.at(1).id.value == 68u);
  BOOST_TEST(c.ledger_path == "/var/books.db");
  BOOST_TEST(c.admin_socket == "/etc/i/admin.sock");
  BOOST_TEST((c.log.level == LogLevel::debug));
  BOOST_TEST(c.log.dir == "/etc/i/logs");
  BOOST_TEST(c.schedule.interval_s == 3600);
  BOOST_TEST(c.schedule.until->value == 1'798'761'600'000);
  BOOST_TEST(!c.tape.on);
}

BOOST_AUTO_TEST_CASE(without_a_file_the_defaults_serve_a_lookup) {
  FakeHost m;
  const auto c = config_of(load_config("", m.host(), ConfigFor::lookup));
  BOOST_TEST(c.ledger_path == "run/ledger.db");
  BOOST_TEST(c.chain.id == "allora-testnet-1");
  m.environment = {{"STATE_DIRECTORY", "/var/lib/inferd:/other"}, {"RUNTIME_DIRECTORY", "/run/inferd"}};
  const auto s = config_of(load_config("", m.host(), ConfigFor::lookup));
  BOOST_TEST(s.ledger_path == "/var/lib/inferd/ledger.db");
  BOOST_TEST(s.admin_socket == "/run/inferd/admin.sock");
}

BOOST_AUTO_TEST_CASE(the_example_has_no_mistake) {
  auto m = machine(std::string(example_config));
  m.files["/etc/i/mnemonic"].text = "words";
  BOOST_TEST(mistake_of(load(m)) == "");
}

BOOST_AUTO_TEST_CASE(every_commented_setting_of_the_example_is_a_setting) {
  std::string all;
  std::string_view rest = example_config;
  bool tables = true; // commented tables stay comments
  while (!rest.empty()) {
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.starts_with("# [[")) tables = false;
    if (line.starts_with("[")) tables = true;
    const bool setting =
      tables && line.starts_with("# ") && line.find(" = ") != line.npos && line.find(' ', 2) == line.find(" = ");
    if (setting && !line.starts_with("# credential") && !line.starts_with("# address") && !line.starts_with("# hd_path") &&
        !line.starts_with("# fee_cap_uallo") && !line.starts_with("# chat") && !line.starts_with("# model = "))
      line.remove_prefix(2);
    all += std::string(line) + '\n';
  }
  auto m = machine(all);
  m.files["/etc/i/mnemonic"].text = "words";
  m.files["/etc/i/node-ca.pem"].text = "pem";
  m.files["/etc/i/admin-token"].text = "0123456789abcdef";
  m.files["/etc/i/b.json"].text = "x";
  m.environment["MARKET_KEY"] = "key";
  m.environment["INFERD_WEBHOOK"] = "https://hooks.example/key";
  m.files["/usr/local/bin/page"].text = "#!/bin/sh";
  BOOST_TEST(holds(all, "\nkeep = 8"));
  BOOST_TEST(mistake_of(load(m)) == "");
}

BOOST_AUTO_TEST_CASE(every_setting_is_in_the_example) {
  auto m = machine(std::string(example_config));
  m.files["/etc/i/mnemonic"].text = "words";
  for (const auto& setting : config_of(load(m)).effective) {
    const auto line = setting.name.substr(setting.name.rfind('.') + 1) + " = ";
    const bool named = holds(std::string(example_config), "\n" + line) || holds(std::string(example_config), "\n# " + line);
    BOOST_TEST((named || setting.name == "wallet.mnemonic"), setting.name << " is not in the example"); // that one: a summary
  }
}

BOOST_AUTO_TEST_CASE(an_unknown_setting_is_named_with_its_line_and_a_guess) {
  const auto said = mistake_in("[chain]\nrcp = [\"http://a\"]\n");
  BOOST_TEST(said.starts_with(std::string(at) + ":7: chain.rcp: is not a setting; allowed here: id, rpc"));
  BOOST_TEST(holds(said, "(did you mean rpc?)"));
  BOOST_TEST(holds(mistake_in("[shedule]\ninterval_s = 1\n"), "(did you mean schedule?)"));
}

BOOST_AUTO_TEST_CASE(all_mistakes_come_at_once_in_the_order_of_the_lines) {
  const auto lines = mistakes_of(load(machine(R"([chain]
id = 5
rpc = ["ftp://x", 3]
[wallet]
mnemonic_file = "nowhere"
[[topic]]
id = "67"
[log]
level = "verbose"
[schedule]
interval_s = -1
)")));
  BOOST_REQUIRE_EQUAL(lines.size(), 8u);
  for (const auto& [i, start] :
       std::vector<std::pair<int, std::string>>{{0, ":2: chain.id: is a whole number; a text"},
                                                {1, ":3: chain.rpc: \"ftp://x\" has the scheme"},
                                                {2, ":3: chain.rpc: holds a whole number"},
                                                {3, ":5: wallet.mnemonic_file: \"/etc/i/nowhere\" does not exist"},
                                                {4, ":6: topic.model: "},
                                                {5, ":7: topic.id: is a text; a whole number"},
                                                {6, ":9: log.level: \"verbose\" is unknown"},
                                                {7, ":11: schedule.interval_s: -1 is out of range"}})
    BOOST_TEST(lines[static_cast<std::size_t>(i)].starts_with(at + start), lines[static_cast<std::size_t>(i)]);
}

BOOST_AUTO_TEST_CASE(a_mnemonic_others_can_read_is_refused_even_for_a_lookup) {
  auto m = machine(whole);
  m.files["/etc/i/words"].mode = 0640;
  const auto said = mistake_of(load(m, ConfigFor::lookup));
  BOOST_TEST(said == std::string(at) +
                       ":2: wallet.mnemonic_file: \"/etc/i/words\" may be read or written by others (mode 0640); "
                       "only its owner may: chmod 600 /etc/i/words");
}

BOOST_AUTO_TEST_CASE(missing_files_directories_and_unreadable_files_are_distinguished) {
  auto m = machine(whole);
  m.files["/etc/i/model.json"].directory = true;
  BOOST_TEST(holds(mistake_of(load(m)), ":5: topic.model: \"/etc/i/model.json\" is not a file"));
  m.files["/etc/i/model.json"] = {"{}", 0600, false, false};
  BOOST_TEST(holds(mistake_of(load(m)), "cannot be read by this user"));
  m.files.erase("/etc/i/model.json");
  BOOST_TEST(holds(mistake_of(load(m)), "does not exist; `inferd train` writes it"));
  BOOST_TEST(mistake_of(load(m, ConfigFor::lookup)) == "");
}

BOOST_AUTO_TEST_CASE(a_topic_may_appear_once) {
  const auto said = mistake_in("[[topic]]\nid = 67\nmodel = \"model.json\"\n");
  BOOST_TEST(said == std::string(at) + ":7: topic[2].id: 67 is configured twice; each topic may appear once");
}

BOOST_AUTO_TEST_CASE(a_topic_says_its_horizon_interval_and_target) {
  const auto topic = [](const std::string& lines) { return machine(whole + lines); };
  const auto minutes = config_of(load(topic("horizon = \"15m\"\ninterval = \"1m\"\ntarget = \"volatility\"\n"))).topics.at(0);
  BOOST_TEST(minutes.horizon_ms == 900'000);
  BOOST_TEST(minutes.interval.ms == 60'000);
  BOOST_TEST(minutes.target == "volatility");
  const auto usual = config_of(load(topic(""))).topics.at(0);
  BOOST_TEST(usual.horizon_ms == 168 * 3'600'000);
  BOOST_TEST((usual.interval == one_hour));
  BOOST_TEST(usual.target == "");
  for (const auto& [lines, said] : std::vector<std::pair<std::string, std::string>>{
         {"horizon = \"soon\"\n", "topic.horizon: \"soon\" is not a duration"},
         {"horizon = \"90m\"\n", "topic.horizon: 90m is not a multiple of the interval 1h"},
         {"interval = \"2h\"\n", "topic.interval: \"2h\" is not an interval of candles; allowed: 1m, 5m, 1h, 1d"},
         {"target = \"vol\"\n", "topic.target: \"vol\" is not what a model predicts"},
         {"horizon = \"4h\"\nhorizon_hours = 4\n", "topic.horizon_hours: is there beside horizon"}})
    BOOST_TEST(holds(mistake_of(load(topic(lines))), said), mistake_of(load(topic(lines))));
}

BOOST_AUTO_TEST_CASE(a_file_of_candles_is_of_the_topics_symbol_or_of_the_one_that_is_named) {
  const auto symbol = [](const std::string& of_source, const std::string& of_topics) {
    auto m = machine("[chain]\nid = \"localnet\"\nrpc = [\"http://127.0.0.1:26657\"]\n[wallet]\nmnemonic_file = \"words\"\n"
                     "[[market.source]]\nkind = \"csv\"\npath = \"candles.csv\"\n" +
                     of_source + of_topics);
    m.files["/etc/i/candles.csv"].text = "x";
    return config_of(load(m)).sources.at(0).symbol;
  };
  const std::string bitcoin = "[[topic]]\nid = 1\nmodel = \"model.json\"\n",
                    ether = "[[topic]]\nid = 2\nsymbol = \"ethusd\"\nmodel = \"model.json\"\n";
  BOOST_TEST(symbol("", bitcoin) == "btcusd");
  BOOST_TEST(symbol("", ether) == "ethusd");
  BOOST_TEST(symbol("", bitcoin + ether) == "");
  BOOST_TEST(symbol("symbol = \"ethusd\"\n", bitcoin + ether) == "ethusd");
  BOOST_TEST(symbol("symbol = \"ethusd\"\n", bitcoin) == "ethusd");
}

BOOST_AUTO_TEST_CASE(sources_are_checked_for_what_their_kind_wants) {
  const auto source = [](const std::string& lines) { return mistake_in("[[market.source]]\n" + lines); };
  BOOST_TEST(holds(source("kind = \"binanse\"\n"), "\"binanse\" is unknown; allowed: csv, tiingo, binance, "));
  BOOST_TEST(holds(source("kind = \"binanse\"\n"), " (did you mean binance?)"));
  BOOST_TEST(holds(source("url = \"https://a\"\n"), "market.source.kind: is missing"));
  BOOST_TEST(holds(source("kind = \"csv\"\n"), "market.source.path: is missing"));
  BOOST_TEST(holds(source("kind = \"csv\"\npath = \"none.csv\"\n"), "\"/etc/i/none.csv\" does not exist"));
  BOOST_TEST(holds(source("kind = \"kraken\"\npath = \"model.json\"\n"), "is for csv"));
  BOOST_TEST(holds(source("kind = \"kraken\"\nsymbol = \"btcusd\"\n"), "is for csv; kraken has every symbol"));
  BOOST_TEST(holds(source("kind = \"csv\"\npath = \"model.json\"\nsymbol = \"no symbol\"\n"), "market.source.symbol: "));
  BOOST_TEST(holds(source("kind = \"tiingo\"\n"), "no token: TIINGO_API_KEY is set neither"));
  BOOST_TEST(holds(source("kind = \"kraken\"\ntoken_env = \"X\"\n"), "kraken wants no token"));
  BOOST_TEST(holds(source("kind = \"kraken\"\n[[market.source]]\nkind = \"kraken\"\n"), "is the name of an earlier source"));
  BOOST_TEST(holds(mistake_in("sources = [\"krakn\"]\n[[market.source]]\nkind = \"kraken\"\n"),
                   "\"krakn\" is not a source; there are: kraken (did you mean kraken?)"));
}

BOOST_AUTO_TEST_CASE(a_pasted_secret_is_not_repeated) {
  const auto token = mistake_in("[[market.source]]\nkind = \"tiingo\"\ntoken_env = \"4f9a-77-c0ffee\"\n");
  BOOST_TEST(is_one_line(token));
  BOOST_TEST(!holds(token, "c0ffee"));
  const auto words = mistake_of(load(machine("[wallet]\nmnemonic = \"zoo zoo wrong\"\n"), ConfigFor::lookup));
  BOOST_TEST(is_one_line(words));
  BOOST_TEST(!holds(words, "zoo"));
  BOOST_TEST(holds(words, "did you mean mnemonic_file?"));
  const auto url = mistake_in("[chain]\nrpc = [\"https://joe:hunter2@node.example/secretpath\"]\n");
  BOOST_TEST(url == "");
  for (const auto* wrong : {"https://joe:hunter2@/secretpath", "joe:hunter2@node.example/secretpath",
                            "https://joe:hunter2@node.example:x/secretpath", "gopher://joe:hunter2@node.example/secretpath"})
    for (const auto& rpc : {fmt::format("[\"{}\"]", wrong), fmt::format("[{{ url = \"{}\" }}]", wrong)}) {
      const auto said = mistake_in("[chain]\nrpc = " + rpc + "\n");
      BOOST_TEST(is_one_line(said), said);
      BOOST_TEST(!holds(said, "hunter2"), said);
      BOOST_TEST(!holds(said, "secretpath"), said);
    }
  const auto header = mistake_in("[chain]\nrpc = [{ url = \"https://a\", headers = { X-Key = \"hunter2\" } }]\n");
  BOOST_TEST(is_one_line(header), header);
  BOOST_TEST(holds(header, "chain.rpc.headers.X-Key: holds something else; wanted is { env = \"VARIABLE\" }"), header);
  BOOST_TEST(!holds(header, "hunter2"));
  const auto variable = mistake_in("[chain]\nrpc = [{ url = \"https://a\", headers = { X-Key = { env = \"hunter-2\" } } }]\n");
  BOOST_TEST(is_one_line(variable), variable);
  BOOST_TEST(!holds(variable, "hunter"));
}

BOOST_AUTO_TEST_CASE(the_effective_configuration_shows_origins_and_no_keys_in_paths) {
  auto m = machine(whole + "[chain]\nrpc = [\"https://node.example/v1/c0ffee\"]\n");
  m.environment["LOG_LEVEL"] = "WARNING";
  const auto shown = show_config(config_of(load(m)));
  BOOST_TEST(!holds(shown, "c0ffee"));
  BOOST_TEST(holds(shown, "chain.rpc = [\"https://node.example/…\"]"));
  BOOST_TEST(holds(shown, "# /etc/i/inferd.toml:7"));
  BOOST_TEST(holds(shown, "# environment LOG_LEVEL"));
  BOOST_TEST(holds(shown, "wallet.mnemonic = (secret: the file /etc/i/words)"));
}

BOOST_AUTO_TEST_CASE(the_digest_follows_settings_not_their_origin_and_no_secret) {
  auto m = machine(whole + "[chain]\nrpc = [\"https://node.example/v1/c0ffee\"]\n");
  const auto first = config_of(load(m));
  const auto digest = config_digest(first);
  BOOST_TEST(digest.size() == 7 + 64);
  BOOST_TEST(digest.starts_with("sha256:"));
  BOOST_TEST(holds(show_config(first), "\n# " + digest + "\n"));

  m.files[at].text = "# a comment moves every line\n" + whole + "[chain]\nrpc = [\"https://node.example/v1/another\"]\n";
  BOOST_TEST(config_digest(config_of(load(m))) == digest);
  m.files["/etc/i/words"].text = "zoo zoo";
  BOOST_TEST(config_digest(config_of(load(m))) == digest);
  m.environment["LOG_LEVEL"] = "WARNING";
  BOOST_TEST(config_digest(config_of(load(m))) != digest);
}

BOOST_AUTO_TEST_CASE(fee_caps_are_allo_with_defaults_by_chain) {
  const auto chain = [](const std::string& settings) {
    return config_of(load(machine("[chain]\nrpc = [\"http://a\"]\n" + settings), ConfigFor::lookup)).chain;
  };
  const auto refused = [](const std::string& settings) {
    return mistake_of(load(machine("[chain]\n" + settings), ConfigFor::lookup));
  };
  const auto caps = [](const ChainSettings& c) { return to_digits(c.fee_cap.value) + " " + to_digits(c.day_cap.value); };
  BOOST_TEST(caps(chain("id = \"allora-mainnet-1\"")) == "2000000000000000 1000000000000000000");
  BOOST_TEST(caps(chain("id = \"allora-testnet-1\"")) == "50000000 100000000000");
  BOOST_TEST(caps(chain("id = \"localnet\"")) == "50000000 100000000000");
  BOOST_TEST(caps(chain("fee_cap_allo = \"0.000000000000000001\"\nday_cap_allo = \"12.5 ALLO\"")) == "1 12500000000000000000");
  BOOST_TEST(caps(chain("fee_cap_allo = 0.002\nday_cap_allo = 3")) == "2000000000000000 3000000000000000000");
  BOOST_TEST(caps(chain("fee_cap_uallo = 9223372036854775807")) == "9223372036854775807 4611686018427387903500"); // 500 of them
  BOOST_TEST(caps(chain("fee_cap_uallo = \"18446744073709551616\"")) == "18446744073709551616 9223372036854775808000");

  BOOST_TEST(holds(refused("fee_cap_allo = 1.0000000000000002"), ":2: chain.fee_cap_allo: 1.0000000000000002 is not exact"));
  BOOST_TEST(
    holds(refused("fee_cap_allo = 1e-18"), ":2: chain.fee_cap_allo: 1e-18 is not exact as a number; write it in quotes"));
  BOOST_TEST(holds(refused("fee_cap_allo = inf"), ":2: chain.fee_cap_allo: \"inf\" is no amount of ALLO"));
  BOOST_TEST(holds(refused("fee_cap_allo = true"), ":2: chain.fee_cap_allo: is "));
  BOOST_TEST(holds(refused("fee_cap_allo = \"-1\""), ":2: chain.fee_cap_allo: \"-1\" is no amount of ALLO"));
  BOOST_TEST(
    holds(refused("fee_cap_allo = 0"), ":2: chain.fee_cap_allo: is 0 uallo; an amount above 0 and up to 1000000000 ALLO"));
  BOOST_TEST(holds(refused("day_cap_allo = 1000000001"), ":2: chain.day_cap_allo: is 1000000001 ALLO; an amount above 0"));
  BOOST_TEST(holds(refused("fee_cap_allo = \"0.0000000000000000001\""), "has more than 18 decimal places"));
  BOOST_TEST(holds(refused("fee_cap_uallo = 0"), ":2: chain.fee_cap_uallo: is 0 uallo; an amount above 0"));
  BOOST_TEST(holds(refused("fee_cap_uallo = 1.5"), ":2: chain.fee_cap_uallo: is no whole number of uallo"));
  BOOST_TEST(holds(refused("fee_cap_uallo = -5"), ":2: chain.fee_cap_uallo: is no whole number of uallo"));
  BOOST_TEST(holds(refused("fee_cap_uallo = 5\nfee_cap_allo = 1"), "chain.fee_cap_allo: and fee_cap_uallo are both set"));
  BOOST_TEST(holds(refused("fee_cap_allo = 1\nday_cap_allo = \"0.5\""),
                   ":3: chain.day_cap_allo: is 0.5 ALLO, less than the 1 ALLO that one transaction may cost"));
  const auto shown = show_config(config_of(load(machine("[chain]\nfee_cap_uallo = 7000000\n"), ConfigFor::lookup)));
  BOOST_TEST(holds(shown, "chain.fee_cap_uallo = 7000000"));
  BOOST_TEST(!holds(shown, "chain.fee_cap_allo"));
  BOOST_TEST(holds(shown, "chain.day_cap_allo = \"0.0000001\""));
}

BOOST_AUTO_TEST_CASE(a_wallet_has_a_derivation_path) {
  const auto path_of = [](const std::string& more) {
    return hd_path_text(
      config_of(load(machine("[wallet]\nmnemonic_file = \"words\"\n" + more), ConfigFor::lookup)).wallets.at(0).hd_path);
  };
  const auto refused = [](const std::string& more) {
    return mistake_of(load(machine("[wallet]\nmnemonic_file = \"words\"\n" + more), ConfigFor::lookup));
  };
  BOOST_TEST(path_of("") == "m/44'/118'/0'/0/0");
  BOOST_TEST(path_of("account_index = 2147483647") == "m/44'/118'/2147483647'/0/0");
  BOOST_TEST(path_of("hd_path = \"44h/60h/1h/0/3\"") == "m/44'/60'/1'/0/3");
  BOOST_TEST(holds(refused("account_index = 2147483648"), ":3: wallet.account_index: 2147483648 is out of range"));
  BOOST_TEST(holds(refused("account_index = -1"), ":3: wallet.account_index: -1 is out of range"));
  BOOST_TEST(holds(refused("account_index = \"1\""), ":3: wallet.account_index: is a text"));
  BOOST_TEST(holds(refused("hd_path = \"m/44'/118'\\u0000\""), ":3: wallet.hd_path: "));
  BOOST_TEST(
    refused("hd_path = \"m/44'/118'/0'/0/x\"")
      .ends_with(":3: wallet.hd_path: \"m/44'/118'/0'/0/x\" is no number at level 5; wanted is a path like m/44'/118'/0'/0/0"));
  BOOST_TEST(
    refused("hd_path = \"m/0\"\naccount_index = 1")
      .ends_with(":4: wallet.account_index: and hd_path are both set; hd_path holds the account, as its third number"));
  const auto shown =
    show_config(config_of(load(machine("[wallet]\nmnemonic_file = \"words\"\naccount_index = 3\n"), ConfigFor::lookup)));
  BOOST_TEST(holds(shown, "wallet.hd_path = \"m/44'/118'/3'/0/0\""));
}

BOOST_AUTO_TEST_CASE(a_configuration_in_utf_16_is_named_as_such) {
  FakeHost m;
  m.files[at].text = std::string("\xFF\xFE[\0c\0", 6);
  BOOST_TEST(mistake_of(load(m)) == std::string(at) + ":1: is UTF-16; store it as UTF-8");
}

BOOST_AUTO_TEST_CASE(several_wallets_keep_their_names_and_topics) {
  auto m = machine(R"([[wallet]]
name = "a"
mnemonic_file = "words"
[[wallet]]
mnemonic_file = "words"
topics = [67]
[[topic]]
id = 67
model = "model.json"
)");
  const auto c = config_of(load(m));
  BOOST_TEST(c.wallets.at(0).name == "a");
  BOOST_TEST(c.wallets.at(1).name == "wallet-2");
  BOOST_TEST(c.wallets.at(1).topics.at(0).value == 67u);
  m.files[at].text += "[[topic]]\nid = 68\nmodel = \"model.json\"\n";
  BOOST_TEST(mistake_of(load(m)) == "");
  m.environment["MNEMONIC"] = "words";
  BOOST_TEST(holds(mistake_of(load(m)), "environment: MNEMONIC: stands for one wallet"));
}

BOOST_AUTO_TEST_CASE(a_wallet_may_only_name_configured_topics) {
  const auto text = "[wallet]\nmnemonic_file = \"words\"\ntopics = [9]\n[[topic]]\nid = 67\nmodel = \"model.json\"\n";
  BOOST_TEST(holds(mistake_of(load(machine(text))), "names topic 9, which is not configured"));
}

BOOST_AUTO_TEST_CASE(a_systemd_credential_is_found_where_systemd_lays_it) {
  auto m = machine("[wallet]\ncredential = \"key\"\n[[topic]]\nid = 67\nmodel = \"model.json\"\n");
  BOOST_TEST(mistake_of(load(m)) == ""); // a shell has no credentials; the unit does
  m.environment["CREDENTIALS_DIRECTORY"] = "/run/credentials/inferd";
  BOOST_TEST(holds(mistake_of(load(m)), "\"/run/credentials/inferd/key\" does not exist"));
  m.files["/run/credentials/inferd/key"] = {"words", 0440};
  BOOST_TEST(config_of(load(m)).wallets.at(0).mnemonic.place == "/run/credentials/inferd/key");
}

BOOST_AUTO_TEST_CASE(another_chain_wants_its_own_endpoint) {
  BOOST_TEST(holds(mistake_in("[chain]\nid = \"allora-mainnet-1\"\n"), "chain.rpc: is missing"));
}

BOOST_AUTO_TEST_CASE(a_socket_path_the_system_cannot_take_is_refused) {
  BOOST_TEST(
    holds(mistake_in("[admin]\nsocket = \"/" + std::string(200, 'x') + "\"\n"), "has 201 characters; the system takes 107"));
}

BOOST_AUTO_TEST_CASE(books_that_are_a_directory_are_refused) {
  auto m = machine(whole + "[ledger]\npath = \"/var/books\"\n");
  m.files["/var/books"].directory = true;
  BOOST_TEST(holds(mistake_of(load(m)), "is a directory; the books are one file"));
}

BOOST_AUTO_TEST_CASE(the_configuration_for_a_simulated_network_has_no_mistakes) {
  const SimConfig network{
    .chain_id = "sim-1", .url = "http://127.0.0.1:7", .token_env = "T", .topics = {1, 2}, .log_level = "warn"};
  auto m = machine(sim_config_text(network));
  m.files["/etc/i/mnemonic"].text = "abandon …";
  m.environment["T"] = "token";
  const auto c = config_of(load(m));
  BOOST_TEST(c.chain.id == "sim-1");
  BOOST_TEST((c.chain.rpc == std::vector<std::string>{"http://127.0.0.1:7"}));
  BOOST_TEST(c.sources.size() == 2u);
  BOOST_TEST(c.topics.size() == 2u);
  BOOST_TEST(c.ledger_path == "/etc/i/books.db");
  m = machine(sim_config_text({.url = "http://127.0.0.1:7"}));
  m.files["/etc/i/mnemonic"].text = "abandon …";
  BOOST_TEST(config_of(load(m)).sources.size() == 1u);
}
