#define BOOST_TEST_MODULE ledger
#include "actors/ledger/ledger.hpp"
#include "runtime/books/memory_books.hpp"
#include "runtime/books/sqlite_books.hpp"
#include "tests/books/books_fixture.hpp"
#include "tests/support/virtual_actor_system.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

using namespace inferd;
using namespace inferd::test;

namespace {

struct LedgerFixture {
  std::shared_ptr<MemoryBooks> books = std::make_shared<MemoryBooks>();
  std::vector<std::string> log_lines;
  LedgerPolicy policy{.wallet = wallet, .log_line = [this](const std::string& line) { log_lines.push_back(line); }};
  VirtualActorSystem world;
  ReceivedMessages& submitter = world.collect(submitter_role);
  ReceivedMessages& watcher = world.collect(watcher_role);
  ReceivedMessages& root = world.collect(root_role);

  LedgerFixture() { start(); }
  void start() {
    const auto ledger = spawn_ledger(world.system, world.context, policy, books, false);
    world.context.directory->put(ledger_role.place, caf::actor_cast<caf::strong_actor_ptr>(ledger));
    world.settle();
  }
  void kill() {
    caf::anon_send_exit(world.context.directory->find(ledger_role.place), caf::exit_reason::kill);
    world.settle();
  }
  Inspection inspection(bool deep = false) { return world.inspect(ledger_role.place, deep).value(); }
  LedgerView view(bool deep = false) { return std::get<LedgerView>(inspection(deep).state); }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(every_request_is_answered_to_its_sender, LedgerFixture) {
  world.tell(ledger_role, booking(100));
  world.tell(ledger_role, claim(100));
  BOOST_TEST(submitter.count<Granted>() == 1u);
  world.tell(ledger_role, claim(100, "0.5"));
  BOOST_TEST(submitter.count<ClaimRefused>() == 1u);
  world.tell(ledger_role, storing(100, "a"));
  BOOST_TEST((submitter.last<SignedStored>() == SignedStored{topic, Height{100}, signed_tx("a").hash}));
  world.tell(ledger_role, ResumeSubmissions{wallet});
  BOOST_TEST(submitter.last<Unresolved>()->windows.size() == 1u);
  world.tell(ledger_role, outcome(100, Status::confirmed, "a"));
  BOOST_TEST((submitter.last<OutcomeBooked>() == OutcomeBooked{topic, Height{100}}));
  world.tell(ledger_role, LastNonceWanted{topic});
  BOOST_TEST((watcher.last<LastNonceKnown>() == LastNonceKnown{topic, Height{100}}));
  world.tell(ledger_role, BooksWanted{wallet, {}});
  BOOST_TEST(root.last<BooksSummary>()->confirmed == 1u);
}

BOOST_FIXTURE_TEST_CASE(what_the_daily_cap_forbids_is_not_stored_and_its_reason_goes_to_the_submitter, LedgerFixture) {
  kill();
  policy.day_cap = Uallo{400};
  start();
  const auto store = [&](std::int64_t nonce, const std::string& salt) {
    world.tell(ledger_role, claim(nonce));
    world.tell(ledger_role, storing(nonce, salt));
  };
  store(100, "a"); // 150 each
  world.tell(ledger_role, outcome(100, Status::confirmed, "a"));
  store(130, "b");
  BOOST_TEST(submitter.count<SignedStored>() == 2u);
  store(160, "c"); // 450: one paid, one under way
  BOOST_TEST(submitter.count<SignedStored>() == 2u);
  BOOST_TEST(
    (submitter.last<ClaimRefused>() ==
     ClaimRefused{topic, Height{160}, Status::refused,
                  "its fee of 150 uallo would make 450 uallo in 24 hours, above the cap of 400 uallo (chain.day_cap_allo)"}));
  BOOST_TEST(books->transactions().size() == 2u);
  world.tell(ledger_role, storing(130, "b")); // a repetition is no second fee
  BOOST_TEST(submitter.count<SignedStored>() == 3u);

  kill(); // a new ledger, and new books on the same rows, add the same
  start();
  world.tell(ledger_role, storing(160, "c"));
  BOOST_TEST(submitter.count<ClaimRefused>() == 2u);
  auto later = storing(160, "c");
  later.at = Instant{at(104).value + 86'400'000 + 60'000}; // a day after the first was paid
  world.tell(ledger_role, later);
  BOOST_TEST(submitter.count<SignedStored>() == 4u);
}

BOOST_FIXTURE_TEST_CASE(it_counts_as_in_its_handler_while_the_disk_blocks, LedgerFixture) {
  struct Slow : MemoryBooks {
    std::function<void()> at_the_disk;
    void transaction(const std::function<void()>& calls) override { at_the_disk(), MemoryBooks::transaction(calls); }
  };
  const auto slow = std::make_shared<Slow>();
  bool seen = false;
  slow->at_the_disk = [&] {
    seen = dynamic_cast<ActorStats&>(*world.context.directory->find(ledger_role.place)->get()).in_handler;
  };
  kill();
  books = slow;
  start();
  world.tell(ledger_role, outcome(100, Status::missed, "a"));
  BOOST_TEST(seen);
}

BOOST_FIXTURE_TEST_CASE(deferred_facts_are_written_after_group_commit_ms, LedgerFixture) {
  kill();
  policy.group_commit_ms = 5'000;
  start();
  world.tell(ledger_role, booking(100));
  world.advance(4'900);
  BOOST_TEST(books->windows().empty());
  world.advance(200);
  BOOST_TEST(books->windows().size() == 1u);
  BOOST_TEST((watcher.last<LastNonceKnown>() == LastNonceKnown{topic, Height{100}}));
  world.tell(ledger_role, booking(130));
  kill(); // the next ledger gets the queue
  start();
  BOOST_TEST(books->windows().size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(an_inspection_writes_nothing_that_a_replay_would_not, LedgerFixture) { // it is not on the tape
  kill();
  policy.group_commit_ms = 5'000;
  start();
  world.tell(ledger_role, booking(100));
  world.clock->advance(policy.group_commit_ms); // the tick is late
  inspection();
  BOOST_TEST(watcher.count<LastNonceKnown>() == 0u);
  world.advance(policy.group_commit_ms);
  BOOST_TEST(watcher.count<LastNonceKnown>() == 1u);
  world.tell(ledger_role, booking(130));
  world.tell(ledger_role, claim(130)); // what a message decided is done, also when an inspection follows it
  inspection();
  BOOST_TEST(submitter.count<Granted>() == 1u);
}

BOOST_AUTO_TEST_CASE(an_actor_is_in_the_directory_before_spawn_returns) {
  VirtualActorSystem world;
  const auto ledger = spawn_ledger(world.system, world.context, {.wallet = wallet}, std::make_shared<MemoryBooks>(), false);
  world.settle();
  BOOST_TEST((world.context.directory->find(ledger_role) == ledger));
}

BOOST_FIXTURE_TEST_CASE(messages_in_the_mailbox_share_a_transaction, LedgerFixture) {
  const auto handle = world.context.directory->find(ledger_role);
  for (int i = 0; i < 200; ++i) caf::anon_send(handle, claim(100 + i));
  world.settle();
  BOOST_TEST(submitter.count<Granted>() == 200u);
  BOOST_TEST(books->commits() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_burst_that_ends_with_another_message_type_is_written, LedgerFixture) {
  const auto handle = world.context.directory->find(ledger_role);
  caf::anon_send(handle, claim(100));
  caf::anon_send(handle, Inspect{});
  world.settle();
  BOOST_TEST(submitter.count<Granted>() == 1u);
}

BOOST_FIXTURE_TEST_CASE(when_the_disk_is_full_nothing_is_lost_and_a_tick_writes_it, LedgerFixture) {
  world.tell(ledger_role, claim(100));
  world.tell(ledger_role, storing(100, "a"));
  books->fail_next(5);
  world.tell(ledger_role, outcome(100, Status::confirmed, "a"));
  BOOST_TEST(submitter.count<OutcomeBooked>() == 0u);
  BOOST_TEST(view().pending == 1u);
  BOOST_TEST(log_lines.size() == 1u);
  world.advance(5'000);
  BOOST_TEST(submitter.count<OutcomeBooked>() == 1u);
  BOOST_TEST((books->windows().at(0).status == Status::confirmed));
  BOOST_TEST(view().pending == 0u);
  BOOST_TEST(inspection().trouble.empty());
  BOOST_TEST(log_lines.size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_healthy_ledger_schedules_no_tick, LedgerFixture) {
  world.tell(ledger_role, claim(100));
  world.advance(60'000);
  BOOST_TEST(world.delivered("ledger <- Tick") == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_restart_on_a_full_disk_loses_nothing, LedgerFixture) {
  books->fail_next(20);
  world.tell(ledger_role, booking(100));
  kill();
  start();
  BOOST_TEST(view().pending == 1u);
  world.advance(60'000);
  BOOST_REQUIRE_EQUAL(books->windows().size(), 1u);
  BOOST_TEST((books->windows()[0].status == Status::open));
}

BOOST_FIXTURE_TEST_CASE(messages_accepted_before_a_kill_are_written, LedgerFixture) {
  const auto handle = world.context.directory->find(ledger_role);
  caf::anon_send(handle, booking(100));
  caf::anon_send_exit(handle, caf::exit_reason::user_shutdown);
  world.settle();
  BOOST_TEST(books->windows().size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_deep_inspection_contains_the_totals, LedgerFixture) {
  world.tell(ledger_role, claim(100));
  BOOST_TEST(!view().totals.has_value());
  BOOST_TEST(std::get<BooksSummary>(view(true).totals.value()).unfinished == 1u);
}

BOOST_FIXTURE_TEST_CASE(totals_follow_every_write_and_the_time, LedgerFixture) {
  const auto missed = [&] { return std::get<BooksSummary>(*view(true).totals).missed; };
  BOOST_TEST(missed() == 0u);
  world.tell(ledger_role, booking(100));
  world.tell(ledger_role, outcome(100, Status::missed, "a"));
  BOOST_TEST(missed() == 1u);
  books->write(wallet, outcome(130, Status::missed, "b")); // not by the ledger
  BOOST_TEST(missed() == 1u);
  world.advance(1'000);
  BOOST_TEST(missed() == 2u);
}

/// Books that record what the ledger shows while they are written.
struct WatchedBooks : MemoryBooks {
  std::shared_ptr<Directory> directory;
  std::vector<std::optional<std::uint64_t>> shown; ///< windows in the books; empty: nothing was shown, or no totals
  unsigned summaries = 0, open = 0;
  bool damaged = false;
  std::function<void()> meanwhile; ///< what happens at the next summary

  void transaction(const std::function<void()>& calls) override {
    watch([&] { MemoryBooks::transaction(calls); });
  }
  void deferred_transaction(const std::function<void()>& calls) override {
    watch([&] { MemoryBooks::deferred_transaction(calls); });
  }
  void watch(const std::function<void()>& write) {
    if (open++ == 0) {
      const auto* ledger = dynamic_cast<const ActorStats*>(directory->find(ledger_role.place)->get());
      const auto state = ledger->snapshot.get();
      const auto* totals = state ? std::get_if<BooksSummary>(&*std::get<LedgerView>(state->state.state).totals) : nullptr;
      shown.push_back(totals ? std::optional(totals->windows) : std::nullopt);
    }
    try {
      write();
    } catch (const StoreFailure&) {
      --open;
      throw;
    }
    --open;
  }
  BooksSummary summary(const Wallet& of, Instant now) override {
    ++summaries;
    if (meanwhile) std::exchange(meanwhile, {})();
    if (damaged) throw StoreFailure("the books are damaged");
    return MemoryBooks::summary(of, now);
  }
};

struct WatchedLedger : LedgerFixture {
  std::shared_ptr<WatchedBooks> watched = std::make_shared<WatchedBooks>();
  WatchedLedger() {
    kill();
    watched->directory = world.context.directory;
    books = watched;
    world.context.monotonic_ns = [] { return std::int64_t{1}; };
    start();
  }
};
using Shown = std::vector<std::optional<std::uint64_t>>;

BOOST_FIXTURE_TEST_CASE(the_state_before_is_shown_while_it_is_written, WatchedLedger) {
  world.tell(ledger_role, booking(100));
  world.tell(ledger_role, booking(130));
  BOOST_TEST((watched->shown == Shown{0, 1}));
  const auto* ledger = dynamic_cast<const ActorStats*>(world.context.directory->find(ledger_role.place)->get());
  BOOST_TEST(!ledger->snapshot.get());
}

BOOST_FIXTURE_TEST_CASE(a_message_that_comes_while_the_state_is_shown_is_handled_first, WatchedLedger) {
  watched->meanwhile = [&] { caf::anon_send(world.context.directory->find(ledger_role), booking(130)); };
  world.tell(ledger_role, booking(100));
  BOOST_TEST((watched->shown == Shown{0})); // one transaction
  BOOST_TEST(watched->windows().size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(totals_that_cannot_be_read_are_not_tried_at_every_commit, WatchedLedger) {
  watched->damaged = true;
  for (const auto nonce : {100, 130, 160, 190}) world.tell(ledger_role, booking(nonce));
  BOOST_TEST(watched->shown.size() == 4u);
  BOOST_TEST(watched->summaries == 1u);
  watched->damaged = false;
  BOOST_TEST(std::get<BooksSummary>(*view(true).totals).windows == 4u); // whoever asks tries
  watched->shown.clear();
  world.tell(ledger_role, booking(220));
  BOOST_TEST((watched->shown == Shown{4}));
}

BOOST_FIXTURE_TEST_CASE(nothing_is_shown_while_the_disk_fails, WatchedLedger) {
  watched->fail_next(3);
  world.tell(ledger_role, booking(100));
  watched->shown.clear();
  world.advance(1'000);
  BOOST_TEST((watched->shown == Shown{std::nullopt, std::nullopt})); // all together, then one by one
}

BOOST_AUTO_TEST_CASE(a_detached_ledger_writes_the_same_books) {
  Scratch scratch;
  const auto books = std::make_shared<SqliteBooks>(scratch / "books.db");
  ActorContext context;
  context.clock = std::make_shared<TestClock>(VirtualActorSystem::start);
  caf::actor_system_config config;
  register_messages(config);
  caf::actor_system system{config};
  {
    caf::scoped_actor self{system};
    context.directory->put(submitter_role.place, caf::actor_cast<caf::strong_actor_ptr>(self));
    const auto ledger = spawn_ledger(system, context, {.wallet = wallet}, books, true);
    for (int i = 0; i < 50; ++i) caf::anon_send(ledger, claim(100 + i));
    for (int i = 0; i < 50; ++i)
      self->receive([](const Granted&) {}, caf::after(std::chrono::seconds(10)) >> [] { BOOST_FAIL("no answer"); });
    context.directory->clear();
    caf::anon_send_exit(ledger, caf::exit_reason::user_shutdown);
  }
  system.await_all_actors_done();
  BOOST_TEST(books->summary(wallet, Instant{}).unfinished == 50u);
}

BOOST_AUTO_TEST_CASE(books_that_are_removed_stop_the_claims_and_are_a_trouble_at_once) { // it was healthy
  Scratch scratch;
  const auto store = std::make_shared<SqliteBooks>(scratch / "books.db", SqliteBooks::Options{.views = false});
  std::vector<std::string> lines;
  VirtualActorSystem world;
  auto& submitter = world.collect(submitter_role);
  const auto ledger =
    spawn_ledger(world.system, world.context,
                 {.wallet = wallet, .log_line = [&](const std::string& line) { lines.push_back(line); }}, store, false);
  world.context.directory->put(ledger_role.place, caf::actor_cast<caf::strong_actor_ptr>(ledger));
  world.tell(ledger_role, booking(100));
  const auto trouble = [&] { return world.inspect(ledger_role.place).value().trouble; };
  BOOST_TEST(trouble() == "");
  std::filesystem::remove(scratch / "books.db");
  BOOST_TEST(trouble().find("removed or replaced") != std::string::npos); // before anything is written
  world.tell(ledger_role, claim(100));
  BOOST_TEST(submitter.count<Granted>() == 0u);
  BOOST_REQUIRE(submitter.last<ClaimRefused>());
  BOOST_TEST(submitter.last<ClaimRefused>()->books_failed);
  BOOST_REQUIRE_EQUAL(lines.size(), 1u);
  BOOST_TEST(lines[0].find("removed or replaced") != std::string::npos, lines[0]);
  std::ofstream(scratch / "books.db") << ""; // restored from somewhere: a restart has to read it
  world.advance(60'000);
  BOOST_TEST(trouble().find("removed or replaced") != std::string::npos);
  BOOST_TEST(lines.size() == 1u);
}
