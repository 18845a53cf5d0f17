#define BOOST_TEST_MODULE clash
// Two daemons with one key on separate hosts, so without a shared lock: one chain, separate books.
#include "runtime/books/memory_books.hpp"
#include "tests/integration/soak.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

constexpr int cycle = 12;

struct TwoNetworks {
  explicit TwoNetworks(std::uint64_t s = 0) : seed(s) {
    second.plan->topics[0].predictor.model = test::constant(0.0456); // so that the chain shows whose answer it holds
  }
  /// Which of the two receives a block first alternates by window.
  void blocks(int n) {
    while (n-- > 0) {
      first.chain.step();
      test::TestNetwork* order[] = {&first, &second};
      if (n / cycle % 2) std::swap(order[0], order[1]);
      for (auto* network : order) network->settle();
      for (auto* network : order) network->actors.advance(first.settings.block_ms);
    }
  }
  std::uint64_t seed;
  std::shared_ptr<MemoryBooks> first_books = std::make_shared<MemoryBooks>(), second_books = std::make_shared<MemoryBooks>();
  test::TestNetwork first{{.seed = seed}, first_books}, second{{.seed = seed ? seed + 1'000 : 0}, second_books, &first.chain};
  soak::InvariantChecker checker{first};
};

std::size_t count(MemoryBooks& books, Status status) {
  const auto rows = books.windows();
  return std::count_if(rows.begin(), rows.end(), [&](const auto& r) { return r.status == status; });
}

} // namespace

BOOST_AUTO_TEST_CASE(two_daemons_with_one_key_report_each_other_and_pay_no_window_twice) {
  TwoNetworks m;
  m.first.start();
  m.second.start();
  m.blocks(cycle * 12);
  std::size_t accepted = 0, fees = 0;
  for (const auto& [key, window] : m.checker.windows) accepted += window.accepted, fees += window.paid;
  BOOST_TEST(accepted >= 10u); // as many as with one daemon
  BOOST_TEST(fees <= accepted + 1);
  // Each accepted payload is confirmed in the books of its sender only.
  const auto confirmed = count(*m.first_books, Status::confirmed) + count(*m.second_books, Status::confirmed);
  BOOST_TEST(confirmed == accepted);
  for (auto* books : {m.first_books.get(), m.second_books.get()})
    for (const auto& row : books->windows()) {
      if (!is_final(row.status) || row.status == Status::confirmed) continue;
      BOOST_TEST(row.reason.find("another process uses this key") != row.reason.npos, row.reason);
    }
  for (auto* network : {&m.first, &m.second}) {
    BOOST_TEST(network->actors.delivered("root <- ClashNoticed") >= 1u);
    const auto submitter = network->actors.inspect(submitter_role.place);
    BOOST_REQUIRE(submitter);
    BOOST_TEST(submitter->trouble.starts_with("another process uses this key"), submitter->trouble);
  }
}

BOOST_AUTO_TEST_CASE(in_any_order_of_events_and_with_lost_ones_the_books_of_both_stay_true) {
  std::size_t accepted = 0, fees = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    TwoNetworks m(seed);
    for (auto* network : {&m.first, &m.second}) {
      if (seed % 2) network->rpc->faults().lose_answer = 0.1;
      if (seed % 3 == 0) network->rpc->faults().drop_event = 0.1;
      network->start();
    }
    m.blocks(cycle * 6);
    for (auto* network : {&m.first, &m.second}) network->rpc->faults() = {};
    m.blocks(cycle * 2 + 8);
    std::size_t confirmed = count(*m.first_books, Status::confirmed) + count(*m.second_books, Status::confirmed), here = 0;
    for (const auto& [key, window] : m.checker.windows) here += window.accepted, fees += window.paid;
    BOOST_TEST(confirmed == here, "seed " << seed << ": " << confirmed << " confirmed, " << here << " accepted");
    accepted += here;
  }
  BOOST_TEST_MESSAGE(accepted << " windows accepted, " << fees << " fees paid");
  BOOST_TEST(fees * 100 <= accepted * 105); // some duplicate fees are unavoidable; the daemons must not compete
}

BOOST_AUTO_TEST_CASE(a_daemon_whose_double_ended_continues_alone_and_recovers_within_an_hour) {
  TwoNetworks m;
  m.first.start();
  m.second.start();
  m.blocks(cycle * 4);
  m.second.kill();
  const auto before = count(*m.first_books, Status::confirmed);
  for (int n = 0; n < cycle * 4; ++n) m.first.block();
  BOOST_TEST(count(*m.first_books, Status::confirmed) >= before + 3);
  m.first.actors.clock->advance(3'600'000);
  m.first.blocks(2);
  BOOST_TEST(m.first.actors.inspect(submitter_role.place)->trouble.find("another process") == std::string::npos);
}
