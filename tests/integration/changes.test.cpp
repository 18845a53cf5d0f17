#define BOOST_TEST_MODULE changes
// What changes under a running daemon: the topic, its admission, the chain's version, the gas that a payload needs, the blocks
// that a node keeps, the node behind an address.
#include "tests/integration/network_with_books.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

struct Network : NetworkWithBooks {
  using NetworkWithBooks::NetworkWithBooks;
  sim::Topic& topic() {
    return *tree.chain.with_chain([](auto& c) { return c.emissions().find(1); });
  }
  void begin(int cycles = 3) {
    tree.start();
    tree.blocks(cycle * cycles + 2);
  }
  void check_books() {
    tree.blocks(8);
    while (!topic().open.empty()) tree.block();
    tree.blocks(2);
    compare_books("books");
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_topic_whose_epoch_and_window_change_in_mid_run_is_answered_on) {
  for (const auto& [epoch, window] : {std::pair{18, 6}, {7, 4}, {12, 3}, {24, 12}}) {
    Network network;
    network.begin();
    const auto from = network.head();
    network.topic().settings.epoch_length = epoch;
    network.topic().settings.window_length = window;
    network.tree.blocks(epoch * 8);
    const auto [all, lost] = network.ended(from);
    BOOST_TEST(all >= 5);
    BOOST_TEST(lost <= 1, epoch << "/" << window << ": " << lost << " of " << all);
    network.check_books();
  }
}

BOOST_AUTO_TEST_CASE(a_single_endpoint_is_shown_with_its_height) {
  Network network;
  network.begin();
  const auto watcher = network.tree.actors.inspect(watcher_role.place);
  BOOST_REQUIRE(watcher);
  const auto& view = std::get<WatcherView>(watcher->state);
  BOOST_REQUIRE_EQUAL(view.endpoints.size(), 1u);
  BOOST_TEST(view.endpoints[0].height >= network.head() - 13); // polled every 12 s
}

BOOST_AUTO_TEST_CASE(a_topic_that_is_deactivated_says_so_and_is_answered_once_it_is_back) {
  Network network;
  network.begin();
  network.topic().active = false;
  network.tree.blocks(cycle * 6);
  const auto watcher = network.tree.actors.inspect(watcher_role.place);
  BOOST_REQUIRE(watcher);
  BOOST_TEST(watcher->trouble == "topic 1: the topic is not active");
  network.topic().active = true;
  const auto from = network.head();
  network.tree.blocks(cycle * 5);
  const auto [all, lost] = network.ended(from);
  BOOST_TEST(all >= 4);
  BOOST_TEST(lost == 0);
  network.check_books();
}

BOOST_AUTO_TEST_CASE(a_wallet_taken_off_the_whitelist_pays_nothing_and_answers_once_it_is_on_it_again) {
  Network network;
  network.begin();
  const auto us = test::signer()->wallet().address;
  const auto paid = [&] {
    unsigned sum = 0;
    for (const auto& [key, window] : network.checker.windows) sum += window.paid;
    return sum;
  };
  network.topic().settings.whitelist_enabled = true;
  network.tree.blocks(cycle * 3); // until a poll or the first refusal tells
  const auto before = paid();
  network.tree.blocks(cycle * 4);
  BOOST_TEST(paid() == before);
  network.topic().whitelist.insert(us);
  const auto from = network.head();
  network.tree.blocks(cycle * 5);
  const auto [all, lost] = network.ended(from);
  BOOST_TEST(all >= 4);
  BOOST_TEST(lost == 0);
  network.check_books();
}

BOOST_AUTO_TEST_CASE(a_chain_that_halts_for_an_upgrade_is_answered_in_its_new_version) {
  for (const bool restarted : {true, false}) { // the node, or only what answers behind the same socket
    Network network;
    network.tree.chain.with_chain([](auto& c) { return c.upgrade("v9"), 0; });
    network.begin();
    BOOST_TEST(network.ended(0).second == 0);
    for (int i = 0; i < 600; ++i) network.tree.actors.advance(1'000); // no blocks
    const auto watcher = network.tree.actors.inspect(watcher_role.place);
    BOOST_REQUIRE(watcher);
    BOOST_TEST(watcher->trouble.starts_with("no new block for "));
    network.tree.chain.with_chain([](auto& c) { return c.upgrade("v10"), 0; });
    if (restarted) network.tree.rpc->disconnect("the node was restarted");
    const auto from = network.head();
    network.tree.blocks(cycle * 5);
    const auto [all, lost] = network.ended(from);
    BOOST_TEST(all >= 4);
    BOOST_TEST(lost == 0, (restarted ? "restarted" : "same socket"));
    network.check_books();
  }
}

BOOST_AUTO_TEST_CASE(a_payload_that_runs_out_of_gas_in_its_block_is_paid_and_answered_again) {
  Network network;
  network.tree.plan->submitter.fees.gas_percent = 80; // of the gas that the last one used
  network.begin(8);
  bool twice = false;
  for (const auto& [key, window] : network.checker.windows) twice = twice || (window.paid == 2 && window.accepted == 1);
  BOOST_TEST(twice);
  for (const auto& row : network.books->windows())
    if (row.status == Status::refused) BOOST_TEST((row.fee > Uallo{}));
}

BOOST_AUTO_TEST_CASE(a_node_that_prunes_soon_leaves_nothing_false_after_a_death) {
  for (std::size_t at = 0; at < 60; ++at) {
    Network network({.kept_blocks = 5});
    network.begin(2);
    std::size_t seen = 0;
    network.tree.actors.context.on_delivery = [&](const Delivery&) {
      if (seen++ == at) network.tree.crash();
    };
    network.tree.blocks(cycle);
    network.tree.actors.context.on_delivery = nullptr;
    network.tree.kill();
    for (int i = 0; i < cycle; ++i) network.tree.chain.step(); // while it is not running
    network.tree.actors.set_time(network.tree.chain.clock()->now());
    network.tree.start();
    network.tree.blocks(cycle * 4);
    for (const auto& row : network.books->windows()) {
      const auto& on_chain = network.checker.windows[{1, row.nonce.value}];
      if (row.status == Status::confirmed) BOOST_TEST(on_chain.accepted == 1u, "death at message " << at);
      if (row.status == Status::missed && on_chain.accepted > 0)
        BOOST_TEST(row.reason.find("cannot be known") != std::string::npos, "death at message " << at << ": " << row.reason);
    }
    const auto [all, lost] = network.ended(network.head() - cycle * 3);
    BOOST_TEST(all >= 2);
    BOOST_TEST(lost == 0, "death at message " << at);
  }
}

BOOST_AUTO_TEST_CASE(one_address_behind_which_nodes_differ_costs_no_window) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Network network({.seed = seed,
                     .topics = {{.id = 1, .epoch_length = cycle, .window_length = 6, .ground_truth_lag = cycle},
                                {.id = 2, .epoch_length = cycle, .window_length = 6, .ground_truth_lag = cycle}},
                     .past_states = 8});
    network.tree.rpc->faults().balanced_blocks = 6;
    network.begin(10);
    const auto [all, lost] = network.ended(cycle * 2);
    BOOST_TEST(all >= 14);
    BOOST_TEST(lost <= 1, "seed " << seed << ": " << lost << " of " << all);
    network.check_books();
  }
}

namespace {

struct RolledBack {
  Network network;
  sim::ChainState snapshot = network.tree.chain.with_chain([](auto& c) { return c; });

  Inspection watcher() {
    const auto answer = network.tree.actors.inspect(watcher_role.place);
    BOOST_REQUIRE(answer);
    return *answer;
  }
  bool rolled_back() { return watcher().trouble.find("rolled back to an earlier block") != std::string::npos; }
  void remember() {
    network.tree.chain.with_chain([&](auto& c) { return snapshot = c, 0; });
  }
  void roll_back() {
    network.tree.chain.with_chain([&](auto& c) { return c = snapshot, 0; });
  }
  std::size_t warnings() { return network.tree.actors.delivered("root <- HeadWentBack"); }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_chain_that_is_rolled_back_says_so_until_the_windows_in_the_books_are_passed) {
  for (const int windows : {2, 15}) // within a hundred blocks, and beyond
    for (const bool restarted : {false, true}) {
      BOOST_TEST_CONTEXT(windows << " windows" << (restarted ? ", the daemon restarted" : "")) {
        RolledBack r;
        auto& network = r.network;
        network.begin(windows);
        network.tree.rpc->disconnect("a connection at which the first block is known");
        network.tree.blocks(2);
        r.remember();
        network.tree.blocks(cycle * windows);
        const auto last = network.head() / cycle * cycle; // the newest window in the books
        BOOST_TEST(!r.rolled_back());
        if (restarted) network.tree.kill();
        r.roll_back();
        if (restarted) network.tree.start();
        else network.tree.rpc->disconnect("the node was restarted");
        const auto from = network.head();
        while (!r.rolled_back() && network.head() < last) network.tree.block();
        BOOST_TEST(network.head() <= from + cycle * 2);
        BOOST_TEST(r.rolled_back());
        BOOST_TEST(std::get<WatcherView>(r.watcher().state).went_back_from.value().value == last);
        while (network.head() < last - 1) {
          network.tree.block();
          BOOST_TEST(r.rolled_back(), network.head());
        }
        BOOST_TEST(r.warnings() == 1u);
        network.tree.blocks(cycle / 2); // the head before
        BOOST_TEST(!r.rolled_back());
        network.tree.blocks(cycle * 5);
        const auto [all, lost] = network.ended(last + 1);
        BOOST_TEST(all >= 4);
        BOOST_TEST(lost == 0);
        const auto& first = network.checker.windows[{1, last + cycle}];
        BOOST_TEST(first.accepted == 1u); // the first window above
      }
    }
}

BOOST_AUTO_TEST_CASE(a_reorganisation_of_two_blocks_is_no_trouble) {
  for (int at = 0; at < cycle; ++at) {
    RolledBack r;
    r.network.begin();
    r.network.tree.blocks(at);
    r.remember();
    r.network.tree.blocks(2);
    r.roll_back();
    r.network.tree.rpc->disconnect("the node was restarted");
    for (int i = 0; i < cycle * 4; ++i) {
      r.network.tree.block();
      BOOST_TEST(!r.rolled_back(), at);
    }
    BOOST_TEST(r.warnings() == 0u);
  }
}
