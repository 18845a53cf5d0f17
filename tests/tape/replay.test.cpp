#define BOOST_TEST_MODULE replay
#include "actors/ledger/ledger.hpp"
#include "actors/pipeline/timer.hpp"
#include "runtime/books/memory_books.hpp"
#include "runtime/tape/replay.hpp"
#include "runtime/tape/tape_writer.hpp"
#include "tests/books/books_fixture.hpp"
#include "tests/support/virtual_actor_system.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

using namespace inferd;
using namespace inferd::test;

namespace {

/// Records a ledger and a timer among stand-ins.
struct Recorded {
  Scratch scratch;
  std::shared_ptr<MemoryBooks> books = std::make_shared<MemoryBooks>();
  TimerPolicy timer_policy{.topic = topic, .feed = {"btcusd"}};
  std::string path;

  template <class Run> Tape record(Run run) {
    VirtualActorSystem world;
    auto writer = std::make_unique<TapeWriter>(TapeOptions{scratch / "tapes", 3, VirtualActorSystem::start, wallet}, nullptr);
    world.context.on_delivery = [&](const Delivery& d) { writer->record(d); };
    world.context.on_start = [&](const Place& place, Instant now) { writer->started(place, now); };
    world.collect(submitter_role);
    world.collect(watcher_role);
    world.collect(fetcher_of(timer_policy.feed));
    start_ledger(world);
    world.context.directory->put(
      timer_of(topic).place, caf::actor_cast<caf::strong_actor_ptr>(spawn_timer(world.system, world.context, timer_policy)));
    world.settle();
    run(world);
    world.context.on_delivery = nullptr;
    world.context.on_start = nullptr;
    path = writer->path();
    writer.reset();
    return read_tape(path);
  }
  std::int64_t group_commit_ms = 0;
  LedgerPolicy policy() const { return {.wallet = wallet, .group_commit_ms = group_commit_ms}; }
  void start_ledger(VirtualActorSystem& world) {
    const auto ledger = spawn_ledger(world.system, world.context, policy(), books, false);
    world.context.directory->put(ledger_role.place, caf::actor_cast<caf::strong_actor_ptr>(ledger));
    world.settle();
  }
  /// Ledger and timer as recorded, with empty books; the stand-ins are not replayed.
  ActorFactory factory(TimerPolicy timer) {
    return [timer, ledger = policy(), books = std::make_shared<MemoryBooks>()](caf::actor_system& system, ActorContext& context,
                                                                               const Place& place) {
      caf::strong_actor_ptr actor;
      if (place == ledger_role.place)
        actor = caf::actor_cast<caf::strong_actor_ptr>(spawn_ledger(system, context, ledger, books, false));
      if (place.kind == PlaceKind::timer) actor = caf::actor_cast<caf::strong_actor_ptr>(spawn_timer(system, context, timer));
      return actor;
    };
  }
};

void a_day(VirtualActorSystem& world) {
  world.tell(watcher_role, ConnectionUp{});
  for (int i = 0; i < 24; ++i) {
    const auto nonce = 100 + 30 * i;
    world.tell(timer_of(topic), opening(nonce));
    world.tell(ledger_role, booking(nonce));
    world.tell(ledger_role, claim(nonce));
    world.tell(ledger_role, storing(nonce, std::to_string(i)));
    world.advance(600'000);
    world.tell(ledger_role, outcome(nonce, Status::confirmed, std::to_string(i)));
    world.tell(timer_of(topic), WindowClosed{topic, Height{nonce}, at(nonce)});
    world.tell(ledger_role, LastNonceWanted{topic});
    world.advance(3'000'000);
  }
}

const PlaceReplay& of(const ReplayReport& report, const std::string& place) {
  for (const auto& p : report.places)
    if (to_string(p.place) == place) return p;
  throw std::runtime_error("not in the report: " + place);
}

} // namespace

BOOST_FIXTURE_TEST_CASE(a_recorded_day_replays_identically, Recorded) {
  const auto tape = record(a_day);
  const auto report = replay(tape, factory(timer_policy));
  BOOST_TEST_INFO(report.text());
  BOOST_TEST(report.identical());
  BOOST_TEST(of(report, "ledger").compared == 5u * 24);
  BOOST_TEST(of(report, "timer/67").compared >= 24u);
  BOOST_TEST(of(report, "submitter").skipped);
  BOOST_TEST(report.missing == "");
  BOOST_TEST(report.text().ends_with("identical\n"));
}

BOOST_FIXTURE_TEST_CASE(what_an_actor_sends_at_its_end_is_replayed, Recorded) {
  group_commit_ms = 5'000;
  const auto tape = record([&](VirtualActorSystem& world) {
    a_day(world);
    world.tell(ledger_role, booking(1'000)); // waits, and is written at the ledger's end
    caf::anon_send_exit(world.context.directory->find(ledger_role.place), caf::exit_reason::kill);
    world.settle();
  });
  const auto last = std::find_if(tape.entries.rbegin(), tape.entries.rend(), [](const TapeEntry& e) { return !e.read; });
  BOOST_TEST(last->type == "LastNonceKnown");
  const auto report = replay(tape, factory(timer_policy));
  BOOST_TEST(report.identical(), report.text());
}

BOOST_FIXTURE_TEST_CASE(what_a_tape_lacks_is_said, Recorded) { // a tape cut in mid-line was "identical" without a word
  record(a_day);
  std::ifstream in(path, std::ios::binary);
  const std::string whole{std::istreambuf_iterator<char>(in), {}};
  const auto said = [&](const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
    const auto report = replay(read_tape(path), factory(timer_policy));
    BOOST_TEST(report.identical(), report.text());
    BOOST_TEST(report.text().ends_with("incomplete: " + report.missing + "\nidentical\n"), report.text());
    return report.missing;
  };
  const auto lines = static_cast<std::size_t>(std::count(whole.begin(), whole.end(), '\n'));
  const auto last_entry = whole.rfind("{\"seq\"");
  const auto seq = std::to_string(lines - 2);
  const auto before = std::to_string(lines - 3);
  BOOST_TEST(said(whole.substr(0, last_entry + 20)) == "line " + std::to_string(lines - 1) +
                                                         ", the last one, is cut short: what was recorded after seq " + before +
                                                         " is missing");
  BOOST_TEST(said(whole.substr(0, whole.rfind("{\"end\""))) ==
             "the tape has no end, its process was killed or still runs: what "
             "happened after seq " +
               seq + " may be missing");
  BOOST_TEST(said(whole.substr(0, whole.rfind("{\"end\"")) + "{\"end\":\"the disk is too slow\"}\n") ==
             "recording ended early, after seq " + seq + ": the disk is too slow");
}

BOOST_FIXTURE_TEST_CASE(a_tape_that_begins_in_the_middle_is_replayed_from_the_next_starts, Recorded) {
  const auto tape = record([&](VirtualActorSystem& world) {
    a_day(world);
    caf::anon_send_exit(world.context.directory->find(ledger_role.place), caf::exit_reason::kill);
    world.settle();
    books = std::make_shared<MemoryBooks>();
    start_ledger(world);
    a_day(world);
  });
  Tape later{.path = tape.path, .header = tape.header, .end = tape.end};
  later.header.continued = true;
  for (const auto& e : tape.entries)
    if (e.seq > 40) later.entries.push_back(e);
  auto report = replay(later, factory(timer_policy));
  BOOST_TEST(report.identical(), report.text());
  BOOST_TEST(of(report, "ledger").compared == 5u * 24);
  BOOST_TEST(report.missing.starts_with("the tape begins in the middle"));
  std::erase_if(later.entries, [](const TapeEntry& e) { return e.is_start(); });
  report = replay(later, factory(timer_policy));
  BOOST_TEST(!report.identical());
  BOOST_TEST(report.text().ends_with("nothing to compare\n"));
}

BOOST_FIXTURE_TEST_CASE(an_actor_with_another_policy_differs_and_the_first_place_is_named, Recorded) {
  const auto tape = record(a_day);
  auto other = timer_policy;
  other.interval_ms = 7'200'000; // every second window is skipped
  const auto report = replay(tape, factory(other));
  BOOST_TEST(!report.identical());
  BOOST_REQUIRE(of(report, "timer/67").difference.has_value());
  const auto seq = of(report, "timer/67").difference->seq;
  BOOST_TEST((tape.entries.at(seq - 1).from == timer_of(topic).place));
  BOOST_TEST(!of(report, "ledger").difference.has_value());
}

BOOST_FIXTURE_TEST_CASE(a_changed_entry_is_reported_at_its_seq, Recorded) {
  auto tape = record(a_day);
  for (auto& e : tape.entries)
    if (e.type == "LastNonceKnown" && e.message.find("400") != std::string::npos) e.message = R"({"topic":67,"nonce":401})";
  const auto report = replay(tape, factory(timer_policy));
  const auto& difference = of(report, "ledger").difference;
  BOOST_REQUIRE(difference.has_value());
  BOOST_TEST(tape.entries.at(difference->seq - 1).message == R"({"topic":67,"nonce":401})");
  BOOST_TEST(difference->sentence.find(R"({"topic":67,"nonce":400})") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_restarted_actor_is_replayed_through_its_restart, Recorded) {
  const auto tape = record([this](VirtualActorSystem& world) {
    world.tell(ledger_role, claim(100));
    caf::anon_send_exit(world.context.directory->find(ledger_role.place), caf::exit_reason::kill);
    world.settle();
    start_ledger(world);
    world.tell(ledger_role, ResumeSubmissions{wallet});
  });
  const auto report = replay(tape, factory(timer_policy));
  BOOST_TEST_INFO(report.text());
  BOOST_TEST(report.identical());
  BOOST_TEST(of(report, "ledger").starts == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_message_lost_by_a_restarting_receiver_is_no_difference, Recorded) {
  const auto tape = record([](VirtualActorSystem& world) {
    world.tell(ledger_role, claim(100));
    const auto submitter = world.context.directory->find(submitter_role.place);
    world.context.directory->erase(submitter_role.place);
    world.tell(ledger_role, claim(130)); // its reply is lost
    world.collect(submitter_role);
    world.settle();
    world.tell(ledger_role, claim(160));
    caf::anon_send_exit(submitter, caf::exit_reason::kill);
    world.settle();
  });
  const auto report = replay(tape, factory(timer_policy));
  BOOST_TEST_INFO(report.text());
  BOOST_TEST(report.identical());
  BOOST_TEST(of(report, "ledger").compared == 2u);
  BOOST_TEST(of(report, "ledger").undelivered == 1u);
}

BOOST_FIXTURE_TEST_CASE(the_same_loss_without_a_restart_is_a_difference, Recorded) {
  auto tape = record([](VirtualActorSystem& world) {
    for (const auto nonce : {100, 130, 160}) world.tell(ledger_role, claim(nonce));
  });
  std::size_t granted = 0;
  std::erase_if(tape.entries, [&](const TapeEntry& e) { return e.type == "Granted" && ++granted == 2; });
  BOOST_TEST(of(replay(tape, factory(timer_policy)), "ledger").difference.has_value());
}

BOOST_FIXTURE_TEST_CASE(a_truncated_tape_replays_to_its_end, Recorded) {
  record(a_day);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  const auto report = replay(read_tape(path), factory(timer_policy));
  BOOST_TEST_INFO(report.text());
  BOOST_TEST(report.identical());
}

BOOST_FIXTURE_TEST_CASE(a_message_that_cannot_be_delivered_is_named_with_its_line, Recorded) {
  auto tape = record(a_day);
  auto& claimed = *std::find_if(tape.entries.begin(), tape.entries.end(), [](const auto& e) { return e.type == "ClaimNonce"; });
  claimed.message = "{}";
  try {
    replay(tape, factory(timer_policy));
    BOOST_ERROR("no error");
  } catch (const TapeError& e) {
    BOOST_TEST(std::string(e.what()).ends_with("line " + std::to_string(claimed.line) + ": ClaimNonce: wallet: missing"));
  }
}

BOOST_FIXTURE_TEST_CASE(a_tape_without_sent_messages_is_not_identical, Recorded) {
  auto tape = record([](VirtualActorSystem&) {});
  std::erase_if(tape.entries, [](const TapeEntry& e) { return e.to != ledger_role.place; });
  BOOST_TEST(!replay(tape, factory(timer_policy)).identical());
}
