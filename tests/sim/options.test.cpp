#define BOOST_TEST_MODULE sim_options
#include "runtime/cli/commands.hpp"
#include "runtime/cli/demo/sim_options.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::cli;

namespace {

const std::string address = "allo19rl4cm2hmr8afy4kldpxz3fka4jguq0ajnh7gv";

std::string mistake(const std::function<void(SimOptions&)>& change) {
  SimOptions options;
  change(options);
  try {
    world_settings(options);
  } catch (const Failure& f) {
    return f.what();
  }
  return "(none)";
}

} // namespace

BOOST_AUTO_TEST_CASE(options_become_a_world) {
  SimOptions options;
  options.topics = {"7", "8=up/down/flat"};
  options.fund = {address + "=123456789012345678901234567890"};
  options.registered = true;
  options.gas_price = "0.25";
  const auto world = world_settings(options);
  BOOST_REQUIRE_EQUAL(world.chain.topics.size(), 2u);
  BOOST_TEST(!world.chain.topics[0].multi);
  BOOST_TEST(world.chain.topics[1].id == 8u);
  BOOST_TEST((world.chain.topics[1].labels == std::vector<std::string>{"up", "down", "flat"}));
  BOOST_TEST(world.chain.topics[1].max_labels == 3u);
  BOOST_TEST(sim::to_text(world.funded.at(0).second) == "123456789012345678901234567890");
  BOOST_TEST((world.registered == std::vector<std::string>{address}));
  BOOST_TEST((world.chain.gas_price == sim::one_uallo_per_gas / 4));
}

BOOST_AUTO_TEST_CASE(a_network_sets_chain_prices_and_funds_unless_they_are_given) {
  SimOptions options;
  options.network = "mainnet";
  options.fund = {address};
  auto world = world_settings(options);
  BOOST_TEST(world.chain.chain_id == "allora-mainnet-1");
  BOOST_TEST(world.chain.emissions == "v9");
  BOOST_TEST(sim::to_text(world.chain.gas_price) == "1000000000000000000000000000"); // 10^9 uallo
  BOOST_TEST(sim::to_text(world.funded.at(0).second) == "1000000000000000000000");   // 1,000 ALLO
  options.gas_price = "250000000";
  options.emissions = "v10";
  options.chain_id = "other";
  world = world_settings(options);
  BOOST_TEST(world.chain.chain_id == "other");
  BOOST_TEST(world.chain.emissions == "v10");
  BOOST_TEST((world.chain.gas_price == sim::one_uallo_per_gas * 250'000'000));
  options = {};
  options.network = "testnet";
  world = world_settings(options);
  BOOST_TEST(world.chain.chain_id == "allora-testnet-1");
  BOOST_TEST(world.chain.emissions == "v10");
  BOOST_TEST((world.chain.gas_price == sim::one_uallo_per_gas * 10));
  BOOST_TEST(world_settings({}).chain.chain_id == "localnet");
}

BOOST_AUTO_TEST_CASE(a_mistake_is_reported_with_its_option) {
  BOOST_TEST(mistake([](SimOptions& o) { o.topics = {"x"}; }) ==
             "--topics: 'x' is not a topic; 3 is one, and 4=up/down/flat is one with labels");
  BOOST_TEST(mistake([](SimOptions& o) { o.topics = {"1", "1"}; }) == "--topics: topic 1 is named twice");
  BOOST_TEST(mistake([](SimOptions& o) { o.topics = {"1=up//flat"}; }) == "--topics: '1=up//flat' has an empty label");
  BOOST_TEST(mistake([](SimOptions& o) { o.topics = {"0"}; }).starts_with("--topics"));
  BOOST_TEST(
    mistake([](SimOptions& o) { o.fund = {"allo1x"}; }).starts_with("--fund: 'allo1x' is no address: decoding bech32 failed"));
  BOOST_TEST(mistake([](SimOptions& o) { o.fund = {address + "=-5"}; }) == "--fund: '-5' is no amount of uallo");
  BOOST_TEST(mistake([](SimOptions& o) { o.fund = {address + "=" + std::string(40, '9')}; }).starts_with("--fund"));
  BOOST_TEST(mistake([](SimOptions& o) { o.block_ms = 0; }).starts_with("--block-ms"));
  BOOST_TEST(mistake([](SimOptions& o) { o.epoch = 0; }).starts_with("--epoch"));
  BOOST_TEST(mistake([](SimOptions& o) { o.window = -1; }).starts_with("--window"));
  BOOST_TEST(mistake([](SimOptions& o) { o.lag = -1; }).starts_with("--lag"));
  BOOST_TEST(mistake([](SimOptions& o) { o.network = "devnet"; }) ==
             "--network: 'devnet' is unknown; local, testnet and mainnet are known");
  BOOST_TEST(mistake([](SimOptions& o) { o.emissions = "v8"; }).starts_with("--emissions"));
  BOOST_TEST(mistake([](SimOptions& o) { o.chain_id = ""; }).starts_with("--chain-id"));
  for (const char* bad : {"", "x", "1.x", "-1", "1.0000000000000000001", "9999999999999"})
    BOOST_TEST(mistake([&](SimOptions& o) { o.gas_price = bad; }).starts_with("--gas-price"), bad);
}
