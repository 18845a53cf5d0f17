#define BOOST_TEST_MODULE cycles
// Replays the tapes of vN/cycles.tar.xz: every actor decides as recorded and signs the same bytes, and the ledger, replayed on
// new books, writes the same rows. The folder with the unpacked files is the argument; `--record DIR` records them instead
// (cycles.sh calls both).
#include "tests/tapes/cycles.hpp"

#include "actors/ledger/ledger.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/books/row_text.hpp"
#include "runtime/daemon/replay/replay_tree.hpp"
#include "tests/integration/recorded_run.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <set>
#include <sstream>
#include <string_view>

using namespace inferd;
using test::Cycle;
using test::CycleNetwork;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

struct Arguments {
  bool record = false;
  std::string dir;
  Arguments() {
    const auto& suite = boost::unit_test::framework::master_test_suite();
    record = suite.argc == 3 && suite.argv[1] == std::string_view("--record");
    if (!record && suite.argc != 2) {
      std::cerr << "usage: tapes.cycles.test -- [--record] DIR (tests/tapes/cycles.sh)\n";
      std::exit(2);
    }
    dir = suite.argv[suite.argc - 1];
  }
};
const Arguments& arguments() {
  static const Arguments given;
  return given;
}
boost::test_tools::assertion_result replays(boost::unit_test::test_unit_id) { return !arguments().record; }
boost::test_tools::assertion_result records(boost::unit_test::test_unit_id) { return arguments().record; }
using boost::unit_test::precondition;

std::string tape_of(const std::string& name) { return arguments().dir + '/' + name + ".jsonl"; }
std::string rows_of(const std::string& name) { return arguments().dir + '/' + name + ".rows"; }

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  BOOST_REQUIRE_MESSAGE(in, path << " is not there");
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The rows of the books as `inferd ledger list --json` prints them, and the registrations.
std::vector<json::object> rows_in(const std::string& books) {
  std::vector<json::object> rows;
  BooksReader reader(books);
  reader.each({}, [&](const WindowRow& row) { rows.push_back(list_json(row)); });
  for (const auto& tx : reader.registrations({}))
    rows.push_back({{"topic_id", tx.topic.value}, {"registration", tx.hash.hex}, {"height", tx.height.value}});
  return rows;
}

std::vector<json::object> rows_recorded(const std::string& name) {
  std::vector<json::object> rows;
  std::istringstream in(text_of(rows_of(name)));
  for (std::string line; std::getline(in, line);) rows.push_back(json::parse(line).as_object());
  return rows;
}

/// Every recorded member is there with its value; members that the recording lacks are newer than it.
bool covers(const json::value& now, const json::value& recorded) {
  if (!now.is_object() || !recorded.is_object()) return now == recorded;
  const auto& members = recorded.get_object();
  return std::all_of(members.begin(), members.end(), [&](const auto& member) {
    const auto* value = now.get_object().if_contains(member.key());
    return value && covers(*value, member.value());
  });
}

/// Empty: the same rows.
std::string difference(const std::vector<json::object>& now, const std::vector<json::object>& recorded) {
  for (std::size_t i = 0; i < std::max(now.size(), recorded.size()); ++i) {
    const auto text = [&](const auto& rows) { return i < rows.size() ? json::serialize(rows[i]) : "no row"; };
    if (i >= now.size() || i >= recorded.size() || !covers(now[i], recorded[i]))
      return "row " + std::to_string(i + 1) + ": " + text(now) + ", recorded: " + text(recorded);
  }
  return {};
}

/// Runs the cycle to the end that SIGTERM gives it, and returns the tape's path.
std::string run(CycleNetwork& network) {
  return test::record_run(
    network,
    [&] {
      network.drive();
      BOOST_TEST(network.exhausted == "");
      BOOST_TEST(network.drain(), "it does not stop in time");
    },
    network.wallet);
}

/// The ledger alone, on new books.
ReplayReport replay_ledger(const Tape& tape, const CycleNetwork& network, const std::string& books) {
  auto policy = network.plan->ledger;
  policy.queue = std::make_shared<LedgerQueue>();
  policy.log_line = nullptr;
  const auto store = std::make_shared<SqliteBooks>(books, SqliteBooks::Options{});
  return replay(tape, [&](caf::actor_system& system, ActorContext& context, const Place& place) -> caf::strong_actor_ptr {
    if (place != ledger_role.place) return nullptr;
    return caf::actor_cast<caf::strong_actor_ptr>(spawn_ledger(system, context, policy, store, false));
  });
}

std::vector<TapeEntry>::iterator find_last(Tape& tape, std::string_view type) {
  const auto it = std::find_if(tape.entries.rbegin(), tape.entries.rend(), [&](const auto& e) { return e.type == type; });
  BOOST_REQUIRE_MESSAGE(it != tape.entries.rend(), "no " << type << " on the tape");
  return std::prev(it.base());
}

bool has(const Tape& tape, std::string_view type) {
  return std::any_of(tape.entries.begin(), tape.entries.end(), [&](const auto& e) { return e.type == type; });
}

const Cycle& cycle(std::string_view name) {
  const auto& all = test::cycles();
  return *std::find_if(all.begin(), all.end(), [&](const auto& c) { return c.name == name; });
}

} // namespace

BOOST_AUTO_TEST_CASE(recording, *precondition(records)) {
  for (const auto& cycle : test::cycles()) {
    BOOST_TEST_CONTEXT(cycle.name) {
      const auto network = cycle.make();
      fs::copy_file(run(*network), tape_of(cycle.name));
      std::ofstream rows(rows_of(cycle.name));
      for (const auto& row : rows_in(network->dir / "books.db")) rows << row << '\n';
    }
  }
}

BOOST_AUTO_TEST_CASE(every_recorded_cycle_replays_to_the_same_bytes_and_the_same_books, *precondition(replays)) {
  std::size_t with_signature = 0;
  std::set<std::string> without_books;
  for (const auto& cycle : test::cycles()) {
    BOOST_TEST_CONTEXT(cycle.name) {
      const auto tape = read_tape(tape_of(cycle.name));
      BOOST_TEST(tape.end == "stopped");
      const auto network = cycle.make();
      const auto report = replay_tree(tape, *network->plan);
      BOOST_TEST(report.identical(), report.text());
      with_signature += has(tape, "StoreSigned");
      if (has(tape, "StoreFailure")) { // the tape does not say which messages were in the failed transaction
        without_books.insert(cycle.name);
        continue;
      }
      const auto books = network->dir / "replayed.db";
      const auto ledger = replay_ledger(tape, *network, books);
      BOOST_TEST(ledger.identical(), ledger.text());
      BOOST_TEST(difference(rows_in(books), rows_recorded(cycle.name)) == "");
    }
  }
  BOOST_TEST(with_signature > test::cycles().size() / 2);
  BOOST_TEST(without_books == (std::set<std::string>{"a-full-disk", "a-read-only-disk"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_recorded_file_is_of_a_cycle, *precondition(replays)) {
  std::set<std::string> names, files;
  for (const auto& cycle : test::cycles()) BOOST_TEST(names.insert(cycle.name).second, cycle.name << " is there twice");
  for (const auto& file : fs::directory_iterator(arguments().dir)) files.insert(file.path().stem().string());
  BOOST_TEST(files == names, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_cycle_that_runs_again_gives_the_same_tape_and_books, *precondition(replays)) {
  for (const auto* name : {"answers-lost", "real-chain"}) {
    const auto once = cycle(name).make(), again = cycle(name).make();
    BOOST_TEST((text_of(run(*once)) == text_of(run(*again))), name);
    BOOST_TEST(difference(rows_in(once->dir / "books.db"), rows_in(again->dir / "books.db")) == "");
  }
}

BOOST_AUTO_TEST_CASE(one_changed_byte_of_a_signed_transaction_is_found, *precondition(replays)) {
  auto tape = read_tape(tape_of("whole"));
  const auto entry = find_last(tape, "StoreSigned");
  const auto at = entry->message.find("\"base64\":\"") + 40;
  entry->message[at] = entry->message[at] == 'A' ? 'B' : 'A';
  const auto report = replay_tree(tape, *cycle("whole").make()->plan);
  for (const auto& place : report.places) BOOST_TEST(place.difference.has_value() == (place.place == submitter_role.place));
}

BOOST_AUTO_TEST_CASE(books_that_lack_a_message_are_found, *precondition(replays)) {
  for (const auto* type : {"StoreSigned", "BookOutcome", "BookScore", "BookReward"}) {
    auto tape = read_tape(tape_of("whole"));
    tape.entries.erase(find_last(tape, type));
    const auto network = cycle("whole").make();
    const auto books = network->dir / "replayed.db";
    replay_ledger(tape, *network, books);
    BOOST_TEST(difference(rows_in(books), rows_recorded("whole")) != "", type);
  }
}
