#define BOOST_TEST_MODULE endpoints
// Two nodes, one with every fault the simulation supports: windows are answered through the other.
#include "runtime/books/memory_books.hpp"
#include "tests/support/test_network.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

constexpr int cycle = 12; // blocks per window

struct Pair {
  std::shared_ptr<MemoryBooks> books = std::make_shared<MemoryBooks>();
  test::TestNetwork network{{.nodes = {{"sim://a", {}}, {"sim://b", {}}}}, books};

  Pair() {
    network.start();
    network.blocks(cycle * 2 + 3);
    BOOST_REQUIRE_EQUAL(network.rpc->endpoint(), "sim://a");
  }
  sim::Faults& a() { return network.rpc->faults(0); }
  sim::Faults& b() { return network.rpc->faults(1); }
  std::size_t connections() const { return network.actors.delivered("watcher <- ConnectionUp"); }
  /// Windows that opened at `from` or later and are final: those confirmed through `endpoint`, and all.
  std::pair<int, int> answered(std::int64_t from, const std::string& endpoint) {
    int confirmed = 0, all = 0;
    for (const auto& row : books->windows()) {
      if (row.nonce.value < from || !is_final(row.status)) continue;
      ++all;
      if (row.status == Status::confirmed && row.endpoint == endpoint) ++confirmed;
      else
        BOOST_TEST_MESSAGE("window " << row.nonce.value << " " << boost::describe::enum_to_string(row.status, "?") << " "
                                     << row.endpoint << " " << row.reason);
    }
    return {confirmed, all};
  }
  std::int64_t height() {
    return network.chain.with_chain([](auto& c) { return c.height(); });
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(whatever_is_wrong_with_the_node_in_use_the_other_takes_over_and_is_booked) {
  const std::pair<const char*, std::function<void(Pair&)>> faults[] = {
    {"refused", [](Pair& p) { p.a().refuse_connections = true, p.network.rpc->disconnect("connection reset"); }},
    {"reset again and again", [](Pair& p) { p.a().disconnect = 1; }},
    {"silent", [](Pair& p) { p.a().silent = true; }},
    {"stuck", [](Pair& p) { p.a().stuck_at = p.height(); }},
    {"behind", [](Pair& p) { p.a().behind_blocks = 8; }},
    {"catching up", [](Pair& p) { p.a().catching_up = true; }},
    {"of another chain", [](Pair& p) { p.a().chain_id = "elsewhere"; }},
    {"answering garbage", [](Pair& p) { p.a().garbage_answer = 1; }},
    {"answering nothing", [](Pair& p) { p.a().lose_call = 1; }},
    {"answering 429", [](Pair& p) { p.a().busy = 1; }},
  };
  for (const auto& [name, strike] : faults) {
    Pair pair;
    strike(pair);
    pair.network.blocks(cycle * 10); // two minutes to detect the fault
    BOOST_TEST(pair.network.rpc->endpoint() == "sim://b", name);
    const auto from = pair.height();
    pair.network.blocks(cycle * 4);
    const auto [confirmed, all] = pair.answered(from, "sim://b");
    BOOST_TEST(all >= 3, name);
    BOOST_TEST(confirmed == all, name);
    int lost = 0;
    for (const auto& row : pair.books->windows()) lost += is_final(row.status) && row.status != Status::confirmed;
    BOOST_TEST_MESSAGE(name << ": " << lost << " windows lost");
    BOOST_TEST(lost <= 4, name);
  }
}

BOOST_AUTO_TEST_CASE(a_recovered_node_is_not_used_until_it_is_needed) {
  Pair pair;
  pair.a().refuse_connections = true;
  pair.network.rpc->disconnect("connection reset");
  pair.network.blocks(cycle);
  BOOST_TEST(pair.network.rpc->endpoint() == "sim://b");
  pair.a().refuse_connections = false;
  const auto before = pair.connections();
  pair.network.blocks(cycle * 50);
  BOOST_TEST(pair.network.rpc->endpoint() == "sim://b");
  BOOST_TEST(pair.connections() == before); // no flapping
  pair.b().refuse_connections = true;
  pair.network.rpc->disconnect("connection reset");
  pair.network.blocks(cycle * 2);
  BOOST_TEST(pair.network.rpc->endpoint() == "sim://a");
  BOOST_TEST(pair.connections() == before + 1);
}

BOOST_AUTO_TEST_CASE(with_both_nodes_gone_the_first_to_come_back_is_used) {
  Pair pair;
  pair.a().refuse_connections = pair.b().refuse_connections = true;
  pair.network.rpc->disconnect("connection reset");
  pair.network.blocks(cycle * 5);
  BOOST_TEST(!pair.network.rpc->connected());
  pair.b().refuse_connections = false;
  pair.network.blocks(cycle * 4);
  BOOST_TEST(pair.network.rpc->endpoint() == "sim://b");
  const auto from = pair.height();
  pair.network.blocks(cycle * 3);
  const auto [confirmed, all] = pair.answered(from, "sim://b");
  BOOST_TEST(all >= 2);
  BOOST_TEST(confirmed == all);
}

BOOST_AUTO_TEST_CASE(a_chain_that_stands_still_for_ten_minutes_costs_no_window_afterwards) {
  Pair pair;
  for (int i = 0; i < 600; ++i) pair.network.actors.advance(1'000); // no new blocks
  const auto from = pair.height();
  pair.network.blocks(cycle * 4);
  int confirmed = 0;
  for (const auto& row : pair.books->windows()) confirmed += row.nonce.value > from && row.status == Status::confirmed;
  BOOST_TEST(confirmed >= 3);
}

BOOST_AUTO_TEST_CASE(ctl_shows_every_endpoint_with_what_is_known_of_it) {
  Pair pair;
  pair.b().behind_blocks = 20;
  pair.network.blocks(cycle * 3);
  const auto watcher = pair.network.actors.inspect(watcher_role.place);
  BOOST_REQUIRE(watcher);
  const auto endpoints = std::get<WatcherView>(watcher->state).endpoints;
  BOOST_REQUIRE_EQUAL(endpoints.size(), 2u);
  BOOST_TEST(endpoints[0].endpoint == "sim://a");
  BOOST_TEST((endpoints[0].use == EndpointUse::in_use));
  BOOST_TEST((endpoints[1].use == EndpointUse::probation));
  BOOST_TEST(endpoints[1].behind >= 10);
}
