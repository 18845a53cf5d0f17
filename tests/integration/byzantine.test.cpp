#define BOOST_TEST_MODULE byzantine
// Nodes whose answers contradict the chain, alone and before a good one. What must be booked comes from the simulated chain's
// blocks.
#include "runtime/ports/earning.hpp"
#include "tests/integration/faulty_nodes.hpp"
#include "tests/integration/network_with_books.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

using Nodes = std::vector<sim::SimRpc::Node>;

struct Network : NetworkWithBooks {
  explicit Network(Nodes nodes) : NetworkWithBooks({.nodes = std::move(nodes)}) {}
  void check_books(const std::string& name) {
    while (head() % cycle != cycle - 2) tree.block(); // what was accepted is looked up by then
    compare_books(name);
  }
  std::string watcher_trouble() {
    const auto watcher = tree.actors.inspect(watcher_role.place);
    return watcher ? watcher->trouble : "no watcher";
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(beside_a_good_node_a_faulty_one_that_comes_first_costs_one_window_at_most) {
  for (const auto& [name, set] : test::faulty_nodes) {
    Network network({{"sim://faulty", {}}, {"sim://good", {}}});
    set(network.tree.rpc->faults(0));
    network.tree.start();
    network.tree.blocks(cycle * 12);
    BOOST_TEST_MESSAGE(name);
    const auto [all, lost] = network.ended();
    BOOST_TEST(all >= 10, name);
    BOOST_TEST(lost <= 1, name << ": " << lost << " of " << all << " windows lost");
    network.check_books(name);
  }
}

BOOST_AUTO_TEST_CASE(a_node_that_becomes_faulty_costs_one_window_at_most) {
  for (const auto& [name, set] : test::faulty_nodes) {
    Network network({{"sim://faulty", {}}, {"sim://good", {}}});
    network.tree.start();
    network.tree.blocks(cycle * 3 + 2);
    const auto from = network.head();
    set(network.tree.rpc->faults(0));
    network.tree.blocks(cycle * 10);
    BOOST_TEST_MESSAGE(name);
    const auto [all, lost] = network.ended(from);
    BOOST_TEST(all >= 8, name);
    BOOST_TEST(lost <= 1, name << ": " << lost << " of " << all << " windows lost");
    network.check_books(name);
  }
}

BOOST_AUTO_TEST_CASE(a_single_faulty_node_is_noticed_and_the_window_after_the_fault_is_confirmed) {
  for (const auto& [name, set] : test::faulty_nodes) {
    Network network(Nodes{{"sim://faulty", {}}});
    network.tree.start();
    network.tree.blocks(cycle * 3 + 2);
    const auto from = network.head();
    set(network.tree.rpc->faults(0));
    BOOST_TEST_MESSAGE(name);
    for (int window = 1; window <= 4; ++window) {
      network.tree.blocks(cycle);
      if (network.ended(from).second < 2) continue;
      const auto summary = network.books->summary(test::signer()->wallet(), network.tree.actors.clock->now());
      BOOST_TEST(!(not_earning(summary).empty() && network.watcher_trouble().empty()),
                 name << " is not noticed after window " << window);
    }
    network.tree.rpc->faults(0) = {};
    const auto after = network.head();
    network.tree.blocks(cycle * 5);
    const auto [all, lost_after] = network.ended(after);
    BOOST_TEST(all >= 3, name);
    BOOST_TEST(lost_after == 0, name);
    network.check_books(name);
  }
}

BOOST_AUTO_TEST_CASE(without_an_index_every_death_ends_in_true_books_and_blocks_no_later_window) {
  for (const bool events : {true, false})
    for (std::size_t at = 0; at < 60; ++at) {
      Network network(Nodes{{"sim://node", {}}});
      auto& faults = network.tree.rpc->faults(0);
      faults.no_tx_index = true;
      faults.drop_tx_events = !events;
      network.tree.start();
      network.tree.blocks(cycle * 2 - 4);
      std::size_t seen = 0;
      network.tree.actors.context.on_delivery = [&](const Delivery&) {
        if (seen++ == at) network.tree.crash();
      };
      for (int i = 0; i < cycle && !network.tree.actors.halted(); ++i) network.tree.block();
      network.tree.actors.context.on_delivery = nullptr;
      network.tree.kill();
      network.tree.start();
      network.tree.blocks(cycle * 4);
      const auto name = "death at message " + std::to_string(at) + (events ? "" : ", without Tx events");
      network.check_books(name);
      const auto [all, lost] = network.ended();
      BOOST_TEST(all >= 4, name);
      BOOST_TEST(lost <= 1, name);
    }
}

namespace {

/// Every window that ended is confirmed and its fee is booked.
void check_confirmed(Network& network, const std::string& name, std::size_t at_least) {
  network.check_books(name);
  std::size_t confirmed = 0;
  for (const auto& row : network.books->windows()) {
    if (!is_final(row.status)) continue;
    BOOST_TEST((row.status == Status::confirmed), name << ": window " << row.nonce.value << ": " << row.reason);
    BOOST_TEST((row.fee > Uallo{}), name << ": window " << row.nonce.value);
    ++confirmed;
  }
  BOOST_TEST(confirmed >= at_least, name << ": " << confirmed);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_node_that_keeps_back_what_became_of_a_payload_costs_no_window) {
  for (const auto& [name, set] : test::incomplete_nodes)
    for (const bool alone : {true, false}) {
      Network network(alone ? Nodes{{"sim://incomplete", {}}} : Nodes{{"sim://incomplete", {}}, {"sim://good", {}}});
      set(network.tree.rpc->faults(0));
      network.tree.start();
      network.tree.blocks(cycle * 8);
      check_confirmed(network, std::string(name) + (alone ? ", alone" : ", beside a good one"), 6);
    }
}

// The window has closed when the process is there again.
BOOST_AUTO_TEST_CASE(a_death_behind_a_broadcast_costs_no_window_at_a_node_that_keeps_back_what_became_of_it) {
  for (const auto& [name, set] : test::incomplete_nodes)
    for (const bool alone : {true, false}) {
      Network network(alone ? Nodes{{"sim://incomplete", {}}} : Nodes{{"sim://incomplete", {}}, {"sim://good", {}}});
      set(network.tree.rpc->faults(0));
      network.tree.start();
      network.tree.blocks(cycle * 2 - 4);
      network.tree.actors.context.on_delivery = [&](const Delivery& d) {
        if (d.content.match_element<BroadcastAnswered>(0)) network.tree.crash();
      };
      for (int i = 0; i < cycle && !network.tree.actors.halted(); ++i) network.tree.block();
      BOOST_TEST(network.tree.actors.halted(), name);
      network.tree.actors.context.on_delivery = nullptr;
      network.tree.kill();
      network.tree.blocks(cycle - 4);
      network.tree.start();
      network.tree.blocks(cycle * 3);
      check_confirmed(network, std::string(name) + ", death" + (alone ? ", alone" : ", beside a good one"), 3);
    }
}
