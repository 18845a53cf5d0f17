#define BOOST_TEST_MODULE windows
// The main path through the real tree, in virtual time.
#include "runtime/books/books_reader.hpp"
#include "tests/integration/soak.hpp"
#include "tests/support/test_network.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

/// All rows of the books, oldest first.
std::vector<WindowRow> rows(test::TestNetwork& network) {
  std::vector<WindowRow> out;
  BooksReader(network.dir / "books.db").each({}, [&](const WindowRow& r) { out.push_back(r); });
  return out;
}
std::size_t count(const std::vector<WindowRow>& all, Status status) {
  return std::count_if(all.begin(), all.end(), [&](const auto& r) { return r.status == status; });
}

} // namespace

BOOST_AUTO_TEST_CASE(windows_are_predicted_ahead_and_confirmed_one_after_the_other) {
  test::TestNetwork network;
  network.start();
  network.blocks(12 * 11);
  const auto all = rows(network);
  BOOST_TEST(all.size() >= 10u);
  BOOST_TEST(count(all, Status::confirmed) >= 9u); // the last may be open
  for (const auto& r : all) {
    if (r.status != Status::confirmed) continue;
    BOOST_TEST(r.values.front().value == "0.0123");
    BOOST_TEST(r.height.value == r.nonce.value + 1); // the first block possible
  }
}

BOOST_AUTO_TEST_CASE(an_unregistered_worker_registers_and_continues) {
  test::TestNetwork network({.registered = false});
  network.start();
  network.blocks(12 * 4);
  BOOST_TEST(count(rows(network), Status::confirmed) >= 2u);
}

BOOST_AUTO_TEST_CASE(a_worker_without_funds_books_a_refusal_that_says_so) {
  test::TestNetwork network({.funds = 0, .registered = true});
  network.start();
  network.blocks(12 * 3);
  const auto all = rows(network);
  BOOST_TEST(count(all, Status::refused) >= 1u);
  BOOST_TEST(all.front().reason.find("never funded") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_node_of_another_chain_is_never_sent_anything) {
  test::TestNetwork network({.chain_id = "allora-testnet-1"});
  network.start();
  network.blocks(12 * 3);
  BOOST_TEST(network.actors.delivered("submitter <- BroadcastAnswered") == 0u);
  BOOST_TEST(network.actors.delivered("watcher <- ConnectionUp") == 0u);
  BOOST_TEST(network.actors.delivered("watcher <- ConnectionDown") >= 1u);
}

BOOST_AUTO_TEST_CASE(a_dry_run_does_everything_but_the_broadcast) {
  test::TestNetwork network({.dry_run = true});
  network.start();
  network.blocks(12 * 3);
  const auto all = rows(network);
  BOOST_TEST(count(all, Status::dry_run) >= 1u);
  BOOST_TEST(count(all, Status::confirmed) == 0u);
  BOOST_TEST(network.actors.delivered("submitter <- BroadcastAnswered") == 0u);
}

BOOST_AUTO_TEST_CASE(a_dry_run_of_an_unregistered_worker_says_that_it_would_register) {
  test::TestNetwork network({.registered = false, .dry_run = true});
  network.start();
  network.blocks(12 * 3);
  const auto all = rows(network);
  BOOST_REQUIRE(!all.empty());
  BOOST_TEST((all.front().status == Status::dry_run));
  BOOST_TEST(all.front().reason.find("would register") != std::string::npos);
  BOOST_TEST(network.actors.delivered("submitter <- BroadcastAnswered") == 0u);
}

BOOST_AUTO_TEST_CASE(a_market_outage_delays_a_window_and_does_not_forfeit_it) {
  test::TestNetwork network({.topics = {{.id = 1, .epoch_length = 60, .window_length = 40, .ground_truth_lag = 60}}});
  network.market->inject(sim::MarketFault::Unavailable, 0, 3);
  network.start();
  network.blocks(60 * 2);
  BOOST_TEST(count(rows(network), Status::confirmed) >= 1u);
  BOOST_TEST(network.actors.delivered("ledger <- WindowDelayed") >= 1u);
}

BOOST_AUTO_TEST_CASE(a_market_that_stays_down_costs_windows_but_never_sends_anything_false) {
  test::TestNetwork network;
  network.market->inject(sim::MarketFault::Unavailable, 0, 1'000'000);
  network.start();
  network.blocks(12 * 4);
  const auto all = rows(network);
  BOOST_TEST(count(all, Status::confirmed) == 0u);
  BOOST_TEST(count(all, Status::missed) + count(all, Status::skipped) >= 2u);
  BOOST_TEST(all.front().reason.find("503") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(lost_events_are_made_up_for_by_polls) {
  test::TestNetwork network({.topics = {{.id = 1, .epoch_length = 60, .window_length = 40, .ground_truth_lag = 60}}});
  network.rpc->faults().drop_event = 1;
  network.start();
  network.blocks(60 * 6);
  BOOST_TEST(count(rows(network), Status::confirmed) >= 3u);
}

BOOST_AUTO_TEST_CASE(a_process_killed_at_any_block_loses_no_open_window_and_pays_none_twice) {
  for (int kill_at = 10; kill_at < 34; ++kill_at) {
    test::TestNetwork network;
    const soak::InvariantChecker checker(network);
    network.start();
    network.blocks(kill_at);
    network.kill();
    network.start();
    network.blocks(12 * 3);
    const auto all = rows(network);
    for (const auto& r : all)
      if (r.status != Status::confirmed && is_final(r.status)) BOOST_TEST_MESSAGE("killed at " << kill_at << ": " << r.reason);
    BOOST_TEST(count(all, Status::confirmed) >= 3u, "killed at block " << kill_at);
    BOOST_TEST(count(all, Status::missed) + count(all, Status::refused) == 0u, "killed at block " << kill_at);
    const Height head{network.chain.with_chain([](auto& c) { return c.height(); })};
    for (const auto& sentence : soak::broken(checker, all, head))
      BOOST_ERROR("killed at block " << kill_at << ": " << sentence);
  }
}

BOOST_AUTO_TEST_CASE(a_topic_that_does_not_exist_is_named_and_sinks_no_other) {
  test::TestNetwork network;
  network.plan->watcher.topics.push_back(TopicId{99});
  network.start();
  network.blocks(12 * 3);
  BOOST_TEST(count(rows(network), Status::confirmed) >= 1u);
  const auto watcher = network.actors.inspect(watcher_role.place);
  BOOST_REQUIRE(watcher);
  BOOST_TEST(watcher->trouble.find("topic 99") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_clock_that_jumps_costs_at_most_the_windows_it_jumps_over) {
  for (const std::int64_t jump : {-86'400'000, -3'600'000, 3'600'000, 7'200'000}) {
    test::TestNetwork network;
    network.start();
    network.blocks(12 * 2 + 5);
    network.actors.clock->advance(jump);
    network.blocks(12 * 2);
    network.actors.clock->advance(-jump); // the clock is corrected
    network.blocks(12 * 3);
    const auto all = rows(network);
    BOOST_TEST(count(all, Status::confirmed) >= 3u, "a jump of " << jump << " ms");
    BOOST_TEST(count(all, Status::refused) == 0u, "a jump of " << jump << " ms");
  }
}
