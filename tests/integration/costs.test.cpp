#define BOOST_TEST_MODULE costs
// What a worker pays on each network: the defaults suffice, the doctor's forecast is what the books then say, and the daily cap
// holds.
#include "runtime/books/books_reader.hpp"
#include "runtime/cli/doctor/doctor_cost.hpp"
#include "tests/support/test_network.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

constexpr std::int64_t day_ms = 86'400'000, epoch = 60, block_ms = 5'000; // a window every five minutes

test::TestNetworkSettings on(const std::string& network) {
  return {.topics = {{.id = 1, .epoch_length = epoch, .window_length = 12, .ground_truth_lag = epoch}},
          .block_ms = block_ms,
          .preset = sim::network_preset(network)};
}

std::vector<WindowRow> rows(test::TestNetwork& network) {
  std::vector<WindowRow> out;
  BooksReader(network.dir / "books.db").each({}, [&](const WindowRow& r) { out.push_back(r); });
  return out;
}

/// Fees of the windows that ended in the last 24 hours before `end`, registrations apart.
Uallo day_before(const std::vector<WindowRow>& all, Instant end) {
  Uallo sum;
  for (const auto& r : all)
    if (r.done_at.value > end.value - day_ms) sum += r.fee;
  return sum;
}

/// The settings that a configuration without caps has on this network.
ChainSettings defaults(const std::string& network) {
  const auto caps = usual_fee_caps(sim::network_preset(network)->chain_id);
  return {
    .id = sim::network_preset(network)->chain_id, .fee_cap = caps.transaction, .day_cap = caps.day, .gas_cap = Gas{500'000}};
}

GasPrice price_of(test::TestNetwork& network) {
  return {network.chain.with_chain([](auto& c) { return c.settings().gas_price; }) / 1'000'000'000};
}

const std::vector<std::string> networks{"testnet", "mainnet"};

} // namespace

BOOST_DATA_TEST_CASE(the_defaults_answer_ten_windows_of_ten, boost::unit_test::data::make(networks), network_name) {
  test::TestNetwork network(on(network_name));
  network.start();
  network.blocks(11 * epoch);
  std::size_t confirmed = 0;
  for (const auto& r : rows(network)) {
    if (!is_final(r.status)) continue;
    BOOST_TEST((r.status == Status::confirmed), r.reason);
    ++confirmed;
  }
  BOOST_TEST(confirmed >= 10u);
}

BOOST_AUTO_TEST_CASE(mainnets_lowest_and_high_prices_with_every_tier_are_within_the_defaults) {
  for (const sim::Amount price : {250'000'000, 1'500'000'000})
    for (const auto tier : {FeeTier::eco, FeeTier::standard, FeeTier::priority}) {
      test::TestNetwork network(on("mainnet"));
      network.chain.with_chain([&](auto& c) { return c.set_gas_price(sim::one_uallo_per_gas * price), 0; });
      network.plan->submitter.fees.tier_percent = percent(tier);
      network.start();
      network.blocks(4 * epoch);
      std::size_t confirmed = 0;
      for (const auto& r : rows(network)) {
        if (!is_final(r.status)) continue;
        BOOST_TEST((r.status == Status::confirmed), r.reason);
        confirmed += r.status == Status::confirmed;
      }
      BOOST_TEST(confirmed >= 3u);
    }
}

BOOST_DATA_TEST_CASE(the_cost_of_a_day_is_what_the_books_then_say, boost::unit_test::data::make(networks), network_name) {
  test::TestNetwork network(on(network_name));
  network.start();
  const auto settings = defaults(network_name);
  const auto before = cli::day_cost({{epoch, cli::usual_payload_gas}}, block_ms, price_of(network), settings, 0);
  network.blocks(3 * epoch);
  const auto gas = cli::gas_in_books(network.dir / "books.db", test::signer()->wallet(), {TopicId{1}});
  BOOST_REQUIRE_EQUAL(gas.size(), 1u);
  const auto during = cli::day_cost({{epoch, gas.at(TopicId{1})}}, block_ms, price_of(network), settings, 0);
  network.blocks(day_ms / block_ms);
  const auto paid = static_cast<double>(day_before(rows(network), network.actors.clock->now()).value);
  for (const auto& forecast : {before, during}) {
    BOOST_REQUIRE(forecast.has_value());
    BOOST_TEST(static_cast<double>(forecast->value) / paid > 0.95);
    BOOST_TEST(static_cast<double>(forecast->value) / paid < 1.05);
  }
}

BOOST_DATA_TEST_CASE(the_daily_cap_is_kept_across_restarts_and_windows_beyond_it_are_refused,
                     boost::unit_test::data::make(networks), network_name) {
  test::TestNetwork network(on(network_name));
  const auto cost = cli::day_cost({{epoch, Gas{145'000}}}, block_ms, price_of(network), defaults(network_name), 0);
  network.plan->ledger.day_cap = Uallo{cost->value / 24}; // of about an hour's twelve windows
  network.start();
  network.blocks(8 * epoch);
  network.kill(); // the sum comes from the books
  network.start();
  network.blocks(12 * epoch);
  std::size_t confirmed = 0, refused = 0;
  for (const auto& r : rows(network)) {
    confirmed += r.status == Status::confirmed;
    refused += r.status == Status::refused;
    if (r.status == Status::refused) {
      BOOST_TEST(r.reason.find("chain.day_cap_allo") != std::string::npos, r.reason);
      BOOST_TEST((r.fee == Uallo{}));
    } else if (is_final(r.status)) {
      BOOST_TEST((r.status == Status::confirmed), r.reason);
    }
  }
  BOOST_TEST(confirmed >= 10u);
  BOOST_TEST(confirmed <= 12u);
  BOOST_TEST(refused >= 6u);
  BOOST_TEST((day_before(rows(network), network.actors.clock->now()) <= *network.plan->ledger.day_cap));

  network.blocks((day_ms / block_ms)); // the day of these fees has passed
  const auto now = network.actors.clock->now();
  const auto all = rows(network);
  BOOST_TEST((day_before(all, now) <= *network.plan->ledger.day_cap));
  const auto recent = std::count_if(all.begin(), all.end(), [&](const auto& r) {
    return r.status == Status::confirmed && r.done_at.value > now.value - day_ms;
  });
  BOOST_TEST(recent >= 8);
}
