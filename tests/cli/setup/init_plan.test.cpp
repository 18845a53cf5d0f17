#define BOOST_TEST_MODULE init_plan
#include "runtime/cli/setup/init_plan.hpp"
#include "runtime/cli/commands.hpp"
#include "tests/config/config_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::cli;

namespace {

TopicArrived topic(const std::string& metadata) {
  return {.topic = {67},
          .metadata = metadata,
          .epoch_length = 720,
          .window_length = 120,
          .ground_truth_lag = 120'960,
          .allow_negative = true,
          .max_labels = 1};
}

std::string refused(const std::vector<std::string>& markets) {
  try {
    parse_markets(markets);
  } catch (const Failure& failure) {
    return failure.what();
  }
  return "no error";
}

constexpr std::int64_t hour = 3'600'000;

} // namespace

BOOST_AUTO_TEST_CASE(metadata_says_symbol_target_and_horizon) {
  const auto p = propose(topic("btc_usd 7day log return"));
  BOOST_TEST(p.symbol.value() == "btcusd");
  BOOST_TEST(p.target.value() == "log_return");
  BOOST_TEST(p.horizon.value() == "7d");
  const auto v = propose(topic("ETH/USD 15min volatility"));
  BOOST_TEST(v.symbol.value() == "ethusd");
  BOOST_TEST(v.target.value() == "volatility");
  BOOST_TEST(v.horizon.value() == "15m");
}

BOOST_AUTO_TEST_CASE(nothing_is_proposed_that_the_metadata_does_not_say) {
  const auto p = propose(topic("the future of everything"));
  BOOST_TEST(!p.symbol);
  BOOST_TEST(!p.target);
  BOOST_TEST(!p.horizon);
  const auto two = propose(topic("BTC/USD and ETH/USD, 1 hour or 1 day price"));
  BOOST_TEST(!two.symbol);
  BOOST_TEST(!two.horizon);
  BOOST_TEST(two.target.value() == "price");
}

BOOST_AUTO_TEST_CASE(labels_are_a_target_whatever_the_text_says) {
  auto t = topic("btc_usd 7day direction");
  t.multi = true;
  t.labels = {"up", "down"};
  BOOST_TEST(propose(t).target.value() == "labels");
  t.multi = false;
  BOOST_TEST(!propose(t).target); // a direction as one value: only its owner knows how
}

BOOST_AUTO_TEST_CASE(the_topic_is_shown_in_printable_characters) {
  const auto text = topic_text(topic("btc_usd \x1b]7day log return\n"), {"allo1creator", "mse", false}, "localnet");
  BOOST_TEST(text.starts_with("topic 67 of localnet: \"btc_usd ?]7day log return?\"\n"), text);
  for (const auto* part : {"a log return of btcusd 7d ahead", "regression, one value", "loss     mse",
                           "every 720 blocks, open for 120", "known after 120960", "allo1creator"})
    BOOST_TEST(text.find(part) != std::string::npos, part << " in " << text);
}

BOOST_AUTO_TEST_CASE(the_interval_divides_the_horizon) {
  using enum ModelOutput;
  BOOST_TEST((usual_interval(log_return, 168 * hour) == one_hour));
  BOOST_TEST((usual_interval(log_return, hour / 4).ms == 300'000));
  BOOST_TEST((usual_interval(price, 60'000).ms == 60'000));
  BOOST_TEST((usual_interval(volatility, 4 * hour).ms == 60'000)); // as the network scores it
  BOOST_TEST((usual_interval(volatility, 168 * hour) == one_hour));
}

BOOST_AUTO_TEST_CASE(markets_are_kinds_with_addresses) {
  const auto markets = parse_markets({"coinbase", "binance=http://127.0.0.1:1", "csv=C.csv"});
  BOOST_TEST(markets[0].place == "");
  BOOST_TEST(markets[1].kind == "binance");
  BOOST_TEST(markets[1].place == "http://127.0.0.1:1");
  BOOST_TEST(markets[2].place == "C.csv");
  BOOST_TEST(refused({"nasdaq"}).starts_with("--market: \"nasdaq\" is none of "));
  BOOST_TEST(refused({"csv"}).starts_with("--market: csv wants its file"));
  BOOST_TEST(refused({"kraken=ftp://x"}).find("must begin with http://") != std::string::npos);
  BOOST_TEST(refused({"kraken", "kraken"}) == "--market: kraken is named twice");
}

BOOST_AUTO_TEST_CASE(the_configuration_is_read_as_it_was_meant) {
  InitConfig c{.chain_id = "localnet",
               .rpc = {"http://127.0.0.1:26657", "https://b.example/\"key"},
               .topic = 67,
               .symbol = "btcusd",
               .horizon = "7d",
               .target = "log_return",
               .interval = one_hour,
               .markets = {{"tiingo", ""}, {"csv", "/etc/i/candles.csv"}},
               .token_env = "TIINGO_API_KEY",
               .mnemonic = "mnemonic",
               .model = "model.json",
               .no_proxy = {"localhost", "127.0.0.1"}};
  test::FakeHost host;
  host.environment["TIINGO_API_KEY"] = "token";
  host.environment["https_proxy"] = "http://proxy:1";
  for (const auto* file : {"mnemonic", "model.json", "candles.csv"}) host.files[std::string("/etc/i/") + file].text = "x";
  host.files["/etc/i/inferd.toml"].text = init_config_text(c);
  const auto read = test::config_of(test::load(host));
  BOOST_TEST(read.chain.id == "localnet");
  BOOST_TEST((read.chain.rpc == c.rpc));
  BOOST_TEST(read.network.https_proxy == "http://proxy:1");
  BOOST_TEST(read.network.no_proxy == "localhost,127.0.0.1");
  BOOST_TEST(read.state_dir == "/etc/i/");
  BOOST_TEST(read.wallets.at(0).mnemonic.place == "/etc/i/mnemonic");
  BOOST_TEST((read.sources.at(1).kind == SourceKind::csv));
  const auto& t = read.topics.at(0);
  BOOST_TEST(t.id.value == 67u);
  BOOST_TEST(t.horizon_ms == 168 * hour);
  BOOST_TEST(t.target == "log_return");
  BOOST_TEST(t.model == "/etc/i/model.json");

  auto outside = c;
  outside.model = R"({ command = ["python3", "predict.py"], features = ["ret_1h"] })";
  host.files["/etc/i/inferd.toml"].text = init_config_text(outside);
  BOOST_TEST(
    (test::config_of(test::load(host)).topics.at(0).foreign.command == std::vector<std::string>{"python3", "predict.py"}));
}

BOOST_AUTO_TEST_CASE(a_service_has_its_files_where_the_unit_has_them) {
  const auto text = init_config_text({.chain_id = "allora-testnet-1",
                                      .rpc = {"https://node.example"},
                                      .topic = 1,
                                      .symbol = "btcusd",
                                      .horizon = "1d",
                                      .interval = one_hour,
                                      .markets = {{"kraken", ""}},
                                      .model = "/etc/inferd/model.json",
                                      .service = true});
  for (const auto* line : {"state_dir = \"/var/lib/inferd\"\n", "credential = \"mnemonic\"\n",
                           "socket = \"/run/inferd/admin.sock\"\n", "dir = \"/var/log/inferd\"\n"})
    BOOST_TEST(text.find(line) != std::string::npos, line);
  BOOST_TEST(text.find("mnemonic_file") == std::string::npos);
}
