#define BOOST_TEST_MODULE restarts
// Each actor fails at each message of a whole cycle; every window must still be confirmed.
#include "runtime/books/memory_books.hpp"
#include "tests/integration/soak.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

constexpr int cycle = 12; // blocks per window

/// Runs four windows; the `at`-th message to `victim` makes its handler throw. False: it received fewer messages.
bool run(const Place& victim, std::size_t at, std::vector<std::string>& wrong) {
  auto books = std::make_shared<MemoryBooks>();
  test::TestNetwork network({}, books);
  soak::InvariantChecker checker(network);
  std::size_t seen = 0;
  bool struck = false;
  network.actors.context.on_delivery = [&](const Delivery& d) {
    if (d.receiver != victim || d.content.match_element<Inspect>(0)) return;
    if (seen++ == at && !std::exchange(struck, true)) throw std::runtime_error("struck by the test");
  };
  network.start();
  network.blocks(cycle * 4 + 8);
  network.actors.context.on_delivery = nullptr;
  const auto name = to_string(victim) + " at its message " + std::to_string(at) + ": ";
  const Height head{network.chain.with_chain([](auto& c) { return c.height(); })};
  for (auto& sentence : soak::broken(checker, books->windows(), head)) wrong.push_back(name + sentence);
  for (const auto& row : books->windows())
    if (row.nonce.value <= 3 * cycle && row.status != Status::confirmed)
      wrong.push_back(name + "window " + std::to_string(row.nonce.value) + " is not confirmed: " + row.reason);
  if (!network.exhausted.empty()) wrong.push_back(name + "the tree gave up: " + network.exhausted);
  return struck;
}

/// SIGTERM arrives at the `at`-th message of a window, counted from before its preparation until it is booked. The process must
/// end in time, is restarted, and answers the remaining windows. False: the window has fewer messages.
bool terminated(std::size_t at, std::vector<std::string>& wrong) {
  std::size_t seen = 0; // outlives `network`, whose destructor delivers messages too
  bool in_window = false, struck = false;
  auto books = std::make_shared<MemoryBooks>();
  test::TestNetwork network({}, books);
  soak::InvariantChecker checker(network);
  network.actors.context.on_delivery = [&](const Delivery&) {
    if (!in_window || seen++ != at) return;
    struck = true;
    const auto root = network.actors.context.directory->find(root_role);
    caf::anon_send(root, Drain{"SIGTERM", Instant{network.actors.clock->now().value + limits::stop_deadline}});
  };
  network.start();
  for (int height = 1; height <= cycle + 4 && !struck; ++height) {
    in_window = height >= cycle - 4;
    network.block();
  }
  in_window = false;
  constexpr auto patience = (limits::stop_deadline + limits::tree_stop_deadline) / 1'000; // blocks of a second
  for (int i = 0; i < patience && struck && !network.stopped; ++i) network.block();
  const auto name = "SIGTERM at message " + std::to_string(at) + ": ";
  if (struck && !network.stopped) wrong.push_back(name + "it did not end in time");
  network.kill();
  network.start();
  network.blocks(cycle * 3);
  const Height head{network.chain.with_chain([](auto& c) { return c.height(); })};
  for (auto& sentence : soak::broken(checker, books->windows(), head)) wrong.push_back(name + sentence);
  for (const auto& row : books->windows())
    if (row.nonce.value <= 2 * cycle && row.status != Status::confirmed)
      wrong.push_back(name + "window " + std::to_string(row.nonce.value) + " is not confirmed: " + row.reason);
  return struck;
}

void strike_everywhere(const Place& victim) {
  std::vector<std::string> wrong;
  std::size_t at = 0;
  while (run(victim, at, wrong)) ++at;
  BOOST_TEST_MESSAGE(to_string(victim) << ": " << at << " positions");
  BOOST_TEST(at > 3u, to_string(victim) << " was struck only " << at << " times");
  for (const auto& sentence : wrong) BOOST_ERROR(sentence);
}

} // namespace

BOOST_AUTO_TEST_CASE(the_ledger_may_die_at_any_message) { strike_everywhere(ledger_role.place); }
BOOST_AUTO_TEST_CASE(the_submitter_may_die_at_any_message) { strike_everywhere(submitter_role.place); }
BOOST_AUTO_TEST_CASE(the_watcher_may_die_at_any_message) { strike_everywhere(watcher_role.place); }
BOOST_AUTO_TEST_CASE(the_timer_may_die_at_any_message) { strike_everywhere(timer_of(TopicId{1}).place); }
BOOST_AUTO_TEST_CASE(the_fetcher_may_die_at_any_message) { strike_everywhere(fetcher_of({"btcusd"}).place); }
BOOST_AUTO_TEST_CASE(the_feature_actor_may_die_at_any_message) { strike_everywhere(feature_of({"btcusd"}).place); }
BOOST_AUTO_TEST_CASE(the_predictor_may_die_at_any_message) { strike_everywhere(predictor_of(TopicId{1}).place); }

BOOST_AUTO_TEST_CASE(sigterm_may_come_at_any_message) {
  std::vector<std::string> wrong;
  std::size_t at = 0;
  while (terminated(at, wrong)) ++at;
  BOOST_TEST_MESSAGE(at << " positions");
  BOOST_TEST(at > 40u);
  for (const auto& sentence : wrong) BOOST_ERROR(sentence);
}
