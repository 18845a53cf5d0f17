#define BOOST_TEST_MODULE replay
// Records a run of the whole tree and replays every actor of it; the replay must be identical.
#include "runtime/books/memory_books.hpp"
#include "runtime/daemon/replay/replay_tree.hpp"
#include "tests/integration/faulty_nodes.hpp"
#include "tests/integration/recorded_run.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>

using namespace inferd;
using test::record;

namespace {

/// Checks that the replay of `place` compared messages and found no difference.
void check_place(const ReplayReport& report, const Place& place) {
  for (const auto& p : report.places) {
    if (p.place != place) continue;
    BOOST_TEST(!p.skipped);
    BOOST_TEST(p.compared > 0u, to_string(place) << " was not compared");
    BOOST_TEST(!p.difference.has_value(), to_string(place) << " differs");
    return;
  }
  BOOST_ERROR(to_string(place) << " is not in the report");
}

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_recorded_run_replays_to_the_same_decisions_and_the_same_signed_bytes) {
  test::TestNetwork network;
  const auto tape = read_tape(record(network, 12 * 5));
  const auto report = replay_tree(tape, *network.plan);
  BOOST_TEST(report.identical(), report.text());
  std::uint64_t compared = 0;
  for (const auto& place : report.places) compared += place.compared;
  BOOST_TEST(compared > 100u);
}

BOOST_AUTO_TEST_CASE(a_run_with_faults_and_restarted_actors_replays_too) {
  test::TestNetwork network({.seed = 7});
  network.rpc->faults().lose_answer = 0.1;
  network.rpc->faults().drop_event = 0.1;
  const auto path = record(network, 12 * 6, [&](int block) {
    const Place victims[] = {feed_place(PlaceKind::fetcher, {"btcusd"}), submitter_role.place,
                             feed_place(PlaceKind::feature, {"btcusd"}), watcher_role.place};
    if (block % 13 == 5)
      caf::anon_send_exit(network.actors.context.directory->find(victims[block / 13 % 4]), caf::exit_reason::kill);
  });
  const auto report = replay_tree(read_tape(path), *network.plan);
  BOOST_TEST(report.identical(), report.text());
}

BOOST_AUTO_TEST_CASE(a_run_with_each_kind_of_faulty_node_replays_too) {
  for (const auto& [name, set] : test::faulty_nodes)
    for (const bool beside_correct : {false, true}) {
      std::vector<sim::SimRpc::Node> nodes{{"sim://faulty", {}}};
      if (beside_correct) nodes.push_back({"sim://correct", {}});
      test::TestNetwork network({.nodes = nodes});
      const auto path = record(network, 12 * 5, [&](int block) {
        if (block == 14) set(network.rpc->faults(0));
      });
      const auto report = replay_tree(read_tape(path), *network.plan);
      BOOST_TEST(report.identical(), name << ": " << report.text());
    }
}

BOOST_AUTO_TEST_CASE(a_second_run_on_the_same_books_replays_as_the_first_does) {
  test::TestNetwork network;
  const auto first = record(network, 12 * 3 + 1); // stopped with a window in the mempool
  network.rpc->disconnect("stopped");
  const auto second = record(network, 12 * 3, [&](int block) {
    // A claim that the books refuse: its window was confirmed in the first run.
    if (block == 2) network.actors.tell(ledger_role, ClaimNonce{test::signer()->wallet(), {TopicId{1}, Height{24}}, {}});
  });
  BOOST_TEST(text_of(second).find("\"type\":\"ClaimRefused\"") != std::string::npos);
  for (const auto& path : {first, second}) {
    const auto report = replay_tree(read_tape(path), *network.plan);
    BOOST_TEST(report.identical(), report.text());
    check_place(report, ledger_role.place);
  }
}

BOOST_AUTO_TEST_CASE(a_run_on_old_books_with_restarts_that_is_killed_replays_up_to_its_last_line) {
  test::TestNetwork network({.seed = 11});
  record(network, 12 * 3);
  network.rpc->disconnect("stopped");
  const auto path = record(network, 12 * 5, [&](int block) {
    const Place victims[] = {ledger_role.place, submitter_role.place, ledger_role.place, watcher_role.place};
    if (block % 13 == 5)
      caf::anon_send_exit(network.actors.context.directory->find(victims[block / 13 % 4]), caf::exit_reason::kill);
  });
  const auto whole = text_of(path);
  for (const auto share : {1.0, 0.9, 0.61, 0.37, 0.12}) { // kill -9: the file ends anywhere
    std::ofstream(path) << whole.substr(0, static_cast<std::size_t>(static_cast<double>(whole.size()) * share));
    const auto report = replay_tree(read_tape(path), *network.plan);
    BOOST_TEST(report.identical(), share << '\n' << report.text());
    check_place(report, ledger_role.place);
  }
}

BOOST_AUTO_TEST_CASE(an_answer_of_the_books_that_was_changed_on_the_tape_is_found) {
  test::TestNetwork network;
  record(network, 12 * 3);
  network.rpc->disconnect("stopped");
  const auto path = record(network, 12 * 3);
  auto text = text_of(path);
  const auto at = text.find("\"read\":\"ledger\",\"type\":\"LastNonceKnown\",\"message\":{\"topic\":1,\"nonce\":36}");
  BOOST_REQUIRE(at != text.npos);
  text.replace(text.find("36", at), 2, "12");
  std::ofstream(path) << text;
  const auto report = replay_tree(read_tape(path), *network.plan);
  BOOST_TEST(!report.identical(), report.text());
}

BOOST_AUTO_TEST_CASE(a_disk_that_refuses_ends_the_ledgers_replay_and_not_the_others) {
  auto books = std::make_shared<MemoryBooks>();
  test::TestNetwork network({}, books);
  const auto path = record(network, 12 * 4, [&](int block) {
    if (block == 30) books->fail_next(3);
  });
  const auto report = replay_tree(read_tape(path), *network.plan);
  BOOST_TEST(report.identical(), report.text());
  check_place(report, ledger_role.place);
  BOOST_TEST(report.text().find("there the books failed") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_changed_message_on_the_tape_is_found) {
  test::TestNetwork network;
  const auto path = record(network, 12 * 4);
  auto text = text_of(path);
  const auto at = text.find("\"type\":\"BroadcastAnswered\"");
  BOOST_REQUIRE(at != text.npos);
  const auto verdict = text.find("Accepted", at);
  BOOST_REQUIRE(verdict != text.npos);
  text.replace(verdict, 8, "NoFunds");
  std::ofstream(path) << text;
  const auto report = replay_tree(read_tape(path), *network.plan);
  BOOST_TEST(!report.identical());
}
