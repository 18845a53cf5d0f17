#define BOOST_TEST_MODULE tape_writer
#include "actors/ledger/ledger.hpp"
#include "messages/json.hpp"
#include "runtime/books/memory_books.hpp"
#include "runtime/tape/tape.hpp"
#include "runtime/tape/tape_messages.hpp"
#include "runtime/tape/tape_writer.hpp"
#include "tests/books/books_fixture.hpp"
#include "tests/support/virtual_actor_system.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sys/resource.h>

using namespace inferd;
using namespace inferd::test;

namespace {

struct TapeFixture {
  Scratch scratch;
  std::vector<std::string> warnings;
  std::mutex mutex;
  TapeOptions settings{scratch / "tapes", 3, VirtualActorSystem::start, wallet};
  VirtualActorSystem world;

  std::unique_ptr<TapeWriter> record() {
    auto tape = std::make_unique<TapeWriter>(settings, [this](const std::string& line) {
      std::lock_guard lock(mutex);
      warnings.push_back(line);
    });
    world.context.on_delivery = [t = tape.get()](const Delivery& d) { t->record(d); };
    world.context.on_start = [t = tape.get()](const Place& place, Instant now) { t->started(place, now); };
    return tape;
  }
  void start_ledger() {
    const auto ledger = spawn_ledger(world.system, world.context, {.wallet = wallet}, std::make_shared<MemoryBooks>(), false);
    world.context.directory->put(ledger_role.place, caf::actor_cast<caf::strong_actor_ptr>(ledger));
    world.settle();
  }
  void stop_recording() {
    world.context.on_delivery = nullptr;
    world.context.on_start = nullptr;
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(every_message_type_round_trips_through_the_tape) {
  const VirtualSystemConfig config;
  const auto check = [](const auto& message, const char* name) {
    using M = std::decay_t<decltype(message)>;
    if constexpr (!std::is_same_v<M, Inspect> && !std::is_same_v<M, Inspection>) {
      const auto recorded = to_tape(*caf::make_message(message).vals());
      BOOST_TEST(recorded.type == name);
      BOOST_TEST((make_message(recorded.type, recorded.json).template get_as<M>(0) == message));
    }
  };
#define INFERD_CHECK(Message) check(Message{}, #Message);
  INFERD_MESSAGES(INFERD_CHECK)
#undef INFERD_CHECK
  check(CandlesArrived{"tiingo", 3, {{at(0), 0.1, 1e300, -0.0, 5e-324, 1.0 / 3}}, "x\ny\"\\\x01"}, "CandlesArrived");
  check(Predicted(prediction(100)), "Predicted");
  check(ChildFailed{{{PlaceKind::predictor, topic}, "CandlesArrived", "std::bad_alloc"}, 2}, "ChildFailed");
  check(StopOverdue{{PlaceKind::feed, {}, "btcusd/1h"}, 7}, "StopOverdue");
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Alarm>>([&](auto e) { check(Tick{e.value}, "Tick"); });
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Request>>(
    [&](auto e) { check(AskFailed{.request = e.value}, "AskFailed"); });
}

BOOST_AUTO_TEST_CASE(a_malformed_message_is_refused_by_name) {
  const auto complaint = [](const char* type, const char* json) {
    try {
      make_message(type, json);
    } catch (const std::exception& e) {
      return std::string(e.what());
    }
    return std::string("none");
  };
  BOOST_TEST(complaint("Bomb", "{}") == "no message is called \"Bomb\"");
  BOOST_TEST(complaint("Tick", "{").starts_with("Tick: not JSON"));
  BOOST_TEST(complaint("Tick", "{}") == "Tick: alarm: missing");
  BOOST_TEST(complaint("Tick", R"({"alarm":"lunch"})") == "Tick: alarm: unexpected JSON");
  BOOST_TEST(complaint("RestartChild", R"({"child":"timer/1x"})") == "RestartChild: child: not a place in the tree");
  BOOST_TEST(complaint("HeadMoved", R"({"height":"x","at":1})") == "HeadMoved: height: unexpected JSON");
}

BOOST_FIXTURE_TEST_CASE(a_run_is_on_its_tape_in_order_with_senders_places_and_times, TapeFixture) {
  auto tape = record();
  world.collect(submitter_role);
  start_ledger();
  world.advance(1'500);
  world.tell(ledger_role, claim(100));
  stop_recording();
  tape.reset();
  const auto read = read_tape(scratch / "tapes/run-20231114T221320.000Z.jsonl");
  BOOST_TEST((read.header.wallet == wallet));
  BOOST_TEST(read.end == "stopped");
  BOOST_REQUIRE_EQUAL(read.entries.size(), 4u);
  BOOST_TEST((read.entries[0].to.kind == PlaceKind::submitter)); // the stand-in's start
  BOOST_TEST(read.entries[1].is_start());
  BOOST_TEST((read.entries[1].to.kind == PlaceKind::ledger));
  BOOST_TEST((read.entries[2].now == Instant{VirtualActorSystem::start.value + 1'500}));
  BOOST_TEST(!read.entries[2].from.has_value());
  BOOST_TEST(read.entries[2].type == "ClaimNonce");
  BOOST_TEST((read.entries[3].to.kind == PlaceKind::submitter));
  BOOST_TEST((read.entries[3].from == ledger_role.place));
  BOOST_TEST(read.entries[3].type == "Granted");
}

BOOST_FIXTURE_TEST_CASE(what_was_flushed_survives_a_killed_process, TapeFixture) {
  auto tape = record();
  start_ledger();
  tape->flush();
  world.tell(ledger_role, booking(100)); // lost
  const auto read = read_tape(tape->path());
  BOOST_TEST(read.entries.size() == 1u);
  BOOST_TEST(read.end.empty());
  stop_recording();
}

BOOST_FIXTURE_TEST_CASE(inspections_are_not_recorded, TapeFixture) {
  auto tape = record();
  start_ledger();
  BOOST_TEST(world.inspect(ledger_role.place).has_value());
  const auto path = tape->path();
  stop_recording();
  tape.reset();
  BOOST_TEST(read_tape(path).entries.size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_full_disk_ends_the_tape_with_one_warning_and_nothing_else, TapeFixture) {
  ::signal(SIGXFSZ, SIG_IGN);
  auto tape = record();
  world.collect(submitter_role);
  start_ledger();
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  auto tight = before;
  tight.rlim_cur = 4'096; // fails like a full disk
  ::setrlimit(RLIMIT_FSIZE, &tight);
  for (int i = 0; i < 200; ++i) world.tell(ledger_role, claim(100 + i));
  const auto path = tape->path();
  stop_recording();
  tape.reset();
  ::setrlimit(RLIMIT_FSIZE, &before);
  BOOST_REQUIRE_EQUAL(warnings.size(), 1u);
  BOOST_TEST(warnings[0].find(path) != std::string::npos);
  const auto read = read_tape(path); // valid up to its end
  BOOST_TEST(read.end.empty());
  BOOST_TEST(read.entries.size() > 5u);
}

BOOST_FIXTURE_TEST_CASE(a_folder_that_cannot_be_made_is_a_warning_and_no_tape, TapeFixture) {
  std::ofstream(scratch / "tapes") << "a file";
  auto tape = record();
  start_ledger();
  stop_recording();
  BOOST_TEST(!tape->running());
  BOOST_TEST(tape->path().empty());
  BOOST_TEST(warnings.size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_tape_that_is_removed_or_replaced_goes_on_in_a_new_file, TapeFixture) { // went to the removed file
  auto tape = record();
  world.collect(submitter_role);
  start_ledger();
  tape->flush();
  const auto first = tape->path();
  std::filesystem::remove_all(scratch / "tapes");
  world.tell(ledger_role, claim(100));
  tape->flush();
  BOOST_TEST(tape->path() == first);
  auto read = read_tape(first);
  BOOST_TEST(read.header.continued);
  BOOST_TEST((read.header.wallet == wallet));
  BOOST_REQUIRE(!read.entries.empty());
  BOOST_TEST(read.entries.front().seq > 1u);
  std::filesystem::rename(first, first + ".old");
  std::ofstream(first) << "of another\n";
  start_ledger();
  stop_recording();
  const auto& last = *tape;
  tape->flush();
  BOOST_TEST(last.path() != first);
  const auto path = last.path();
  tape.reset();
  read = read_tape(path);
  BOOST_TEST(read.header.continued);
  BOOST_TEST(read.end == "stopped");
  BOOST_REQUIRE_EQUAL(warnings.size(), 2u);
  BOOST_TEST(warnings[0].find("was removed or replaced") != std::string::npos);
}
