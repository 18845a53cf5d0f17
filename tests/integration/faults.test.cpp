#define BOOST_TEST_MODULE faults
// Each fault alone, from before a window's opening until its closing: the booked outcome, the time from the end of the fault to
// the next answer in a block, and that the window after is not affected. The table in etc/design/faults.md lists the same
// cases.
#include "runtime/books/books_reader.hpp"
#include "tests/integration/soak.hpp"
#include "tests/support/fault_injector.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

constexpr std::int64_t block_ms = 5'000, epoch = 720, window = 60; // hourly, open for five minutes

constexpr int next_window = -1; // too late to answer the current window

struct Expected {
  const char* injected_fault;
  Status booked;      ///< of the window that closed during the fault
  const char* reason; ///< part of the row's
  int recovery_s;     ///< from its end to our answer in a block, at most
};
std::ostream& operator<<(std::ostream& out, const Expected& e) { return out << e.injected_fault; }

const Expected table[] = {
  {"connections refused", Status::missed, "no connection to the chain", 60},
  {"connections reset", Status::confirmed, "", 30},
  {"a slow node", Status::confirmed, "", 30},
  {"half-open and silent", Status::missed, "no connection to the chain", 60},
  {"calls lost", Status::confirmed, "", 60},
  {"answers lost", Status::confirmed, "", 60},
  {"a node behind", Status::confirmed, "", 30},
  {"a node stuck at a height", Status::confirmed, "", 60},
  {"a node of another chain", Status::missed, "no connection to the chain", 60},
  {"answers that are garbage", Status::confirmed, "", 60},
  {"events that are garbage", Status::confirmed, "", 30},
  {"429 and 503", Status::confirmed, "", 60},
  {"a full mempool", Status::confirmed, "", 60},
  {"events lost", Status::confirmed, "", 60},
  {"events repeated", Status::confirmed, "", 30},
  {"windows that close early", Status::confirmed, "", 30},
  {"sequences stolen", Status::refused, "another process uses this key", next_window},
  {"windows answered by another process", Status::refused, "another process uses this key", next_window},
  {"a fee above the cap", Status::refused, "chain.fee_cap_allo", 60},
  {"the first source down", Status::confirmed, "", 30},
  {"every source down", Status::missed, "503", 90},
  {"sources that ask for a pause", Status::missed, "429", 90},
  {"sources that are stale", Status::missed, "min ago", 90},
  {"sources that jump", Status::confirmed, "", 30},
  {"sources with a gap", Status::confirmed, "", 30},
  {"sources that send garbage", Status::missed, "not the JSON expected", 90},
  {"sources too slow", Status::missed, "no answer within", 90},
  {"a full disk", Status::missed, "the disk is full", 60},
  {"a read-only disk", Status::missed, "read-only", 60},
  {"memory short", Status::confirmed, "", 60},
  {"a clock an hour ahead", Status::confirmed, "", 30},
  {"a clock an hour behind", Status::confirmed, "", 30},
  {"a clock a day behind", Status::missed, "candle", 60},
};

struct Observed {
  std::string during, next; ///< status and reason of the window during the fault, and of the next
  Status booked{};
  int recovery_s = -1; ///< -1: not before the window closed
  std::vector<std::string> broken;
};

/// Restarts the tree after it gave up, as the service manager does.
struct FaultCase {
  explicit FaultCase(const test::InjectedFault& injected_fault)
    : injected_fault(injected_fault),
      network({.seed = 3,
               .topics = {{.id = 1, .epoch_length = epoch, .window_length = window, .ground_truth_lag = epoch}},
               .block_ms = block_ms,
               .second_source = true}),
      checker(network) {
    network.actors.context.on_delivery = [this](const Delivery&) { network.fail_allocation(); };
    network.on_block = [this] {
      if (!struck || !this->injected_fault.moment) return;
      if (const auto hash = this->injected_fault.moment(network, random); !hash.empty()) checker.exclude(hash);
    };
    network.start();
  }

  void until(std::int64_t height) {
    while (network.chain.with_chain([](auto& c) { return c.height(); }) < height) block();
  }
  void block() {
    network.block();
    if (network.exhausted.empty()) return;
    network.kill();
    network.start();
  }
  void strike() {
    struck = true;
    if (injected_fault.begin) injected_fault.begin(network, random);
  }
  void clear_faults() {
    struck = false;
    test::clear_faults(network);
  }
  std::vector<WindowRow> rows() {
    std::vector<WindowRow> out;
    BooksReader(network.dir / "books.db").each({}, [&](const WindowRow& r) { out.push_back(r); });
    return out;
  }

  const test::InjectedFault& injected_fault;
  std::mt19937_64 random{11};
  bool struck = false;
  test::TestNetwork network;
  soak::InvariantChecker checker;
};

Observed suffer(const test::InjectedFault& injected_fault) {
  FaultCase p(injected_fault);
  Observed seen;
  const auto before = 24; // blocks before an opening: two minutes, before any preparation
  p.until(2 * epoch - before);
  p.strike();
  p.until(2 * epoch + window / 2);
  p.clear_faults();
  // A window answered before the fault ended, or closed by then, does not measure recovery.
  const auto& chain = p.checker.windows[{1, 2 * epoch}];
  for (int s = 0; s < window / 2 * block_ms / 1'000 && chain.accepted == 0; s += block_ms / 1'000) {
    p.block();
    seen.recovery_s = chain.accepted > 0 ? s + static_cast<int>(block_ms / 1'000) : -1;
  }
  if (chain.accepted > 0 && seen.recovery_s < 0) seen.recovery_s = 0;
  p.until(3 * epoch - before);
  p.strike();
  p.until(3 * epoch + window + 6);
  p.clear_faults();
  p.until(4 * epoch + window + 12);
  for (const auto& r : p.rows()) {
    const auto text = std::string(boost::describe::enum_to_string(r.status, "?")) + (r.reason.empty() ? "" : ": " + r.reason);
    if (r.nonce.value == 3 * epoch) seen.booked = r.status, seen.during = text;
    if (r.nonce.value == 4 * epoch) seen.next = text;
  }
  seen.broken = soak::broken(p.checker, p.rows(), p.network.chain.with_chain([](auto& c) { return Height{c.height()}; }));
  return seen;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_fault_has_its_row_in_the_table) { BOOST_TEST(std::size(table) == test::injected_faults().size()); }

BOOST_DATA_TEST_CASE(every_fault_is_survived_booked_and_recovered_from, boost::unit_test::data::make(table), e) {
  const auto seen = suffer(test::injected_fault(e.injected_fault));
  BOOST_TEST_MESSAGE(e.injected_fault << " | " << seen.during << " | " << seen.recovery_s << " s | " << seen.next);
  BOOST_TEST((seen.booked == e.booked), e.injected_fault << ": " << seen.during);
  BOOST_TEST(seen.during.find(e.reason) != seen.during.npos, e.injected_fault << ": " << seen.during);
  BOOST_TEST((seen.recovery_s <= e.recovery_s && (seen.recovery_s >= 0 || e.recovery_s == next_window)),
             e.injected_fault << ": well again after " << seen.recovery_s << " s");
  BOOST_TEST(seen.next == "confirmed", e.injected_fault << ": the window after it: " << seen.next);
  for (const auto& sentence : seen.broken) BOOST_ERROR(e.injected_fault << ": " << sentence);
}
