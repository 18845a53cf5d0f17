#define BOOST_TEST_MODULE replay
// A run of the whole tree is recorded, and every actor of it decides the same again.
#include "runtime/daemon/replay.hpp"
#include "runtime/tape/tape_writer.hpp"
#include "tests/support/town.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>

using namespace inferd;

namespace {

/// The tape of a run of `blocks`, with whatever `trouble` does in it.
std::string record(test::Town& town, int blocks, const std::function<void(int block)>& trouble = {}) {
  TapeWriter tape({.dir = town.dir / "tape", .started = town.actors.clock->now(), .wallet = test::signer()->wallet()},
                  [](const std::string& warning) { BOOST_ERROR(warning); });
  town.actors.around.on_delivery = [&tape](const Delivery& d) { tape.record(d); };
  town.actors.around.on_start = [&tape](const std::string& place, Instant now) { tape.started(place, now); };
  town.start();
  for (int i = 0; i < blocks; ++i) {
    if (trouble) trouble(i);
    town.block();
  }
  const auto path = tape.path();
  town.actors.around.on_delivery = nullptr;
  town.stop();
  town.actors.around.on_start = nullptr;
  return path;
}

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_recorded_run_replays_to_the_same_decisions_and_the_same_signed_bytes) {
  test::Town town;
  const auto tape = read_tape(record(town, 12 * 5));
  const auto report = replay_tree(tape, *town.plan);
  BOOST_TEST(report.identical(), report.text());
  std::uint64_t compared = 0;
  for (const auto& place : report.places) compared += place.compared;
  BOOST_TEST(compared > 100u);
}

BOOST_AUTO_TEST_CASE(a_run_with_faults_and_restarted_actors_replays_too) {
  test::Town town({.seed = 7});
  town.rpc->faults().lose_answer = 0.1;
  town.rpc->faults().drop_event = 0.1;
  const auto path = record(town, 12 * 6, [&](int block) {
    const std::string victims[] = {"fetcher/1", "submitter", "feature/1", "watcher"};
    if (block % 13 == 5)
      caf::anon_send_exit(town.actors.around.directory->find(victims[block / 13 % 4]), caf::exit_reason::kill);
  });
  const auto report = replay_tree(read_tape(path), *town.plan);
  BOOST_TEST(report.identical(), report.text());
}

BOOST_AUTO_TEST_CASE(a_changed_message_on_the_tape_is_found) {
  test::Town town;
  const auto path = record(town, 12 * 4);
  auto text = text_of(path);
  const auto at = text.find("\"type\":\"BroadcastAnswered\"");
  BOOST_REQUIRE(at != text.npos);
  const auto verdict = text.find("Accepted", at);
  BOOST_REQUIRE(verdict != text.npos);
  text.replace(verdict, 8, "NoFunds");
  std::ofstream(path) << text;
  const auto report = replay_tree(read_tape(path), *town.plan);
  BOOST_TEST(!report.identical());
}
