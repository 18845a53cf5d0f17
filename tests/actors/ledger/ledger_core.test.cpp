#define BOOST_TEST_MODULE ledger_core
#include "actors/ledger/ledger_core.hpp"
#include "runtime/books/memory_books.hpp"
#include "messages/limits.hpp"
#include "tests/books/books_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

struct LedgerCoreFixture {
  std::shared_ptr<MemoryBooks> books = std::make_shared<MemoryBooks>();
  LedgerPolicy policy{.wallet = wallet};
  LedgerCore core{policy, books};
  Instant now = at(0);

  template <class... M> LedgerCore::Effects tell(M... messages) {
    (core.on(std::move(messages)), ...);
    return core.flush(now);
  }
  WindowRow row(std::int64_t nonce) {
    for (const auto& r : books->windows())
      if (r.nonce.value == nonce) return r;
    return {};
  }
};

template <class T> std::vector<T> of(const LedgerCore::Effects& effects) {
  std::vector<T> out;
  for (const auto& e : effects)
    if (const auto* x = std::get_if<T>(&e)) out.push_back(*x);
  return out;
}

} // namespace

BOOST_FIXTURE_TEST_CASE(a_claim_is_answered_after_the_commit, LedgerCoreFixture) {
  core.on(claim(100));
  BOOST_TEST(books->windows().empty());
  BOOST_TEST((of<Granted>(core.flush(now)) == std::vector{Granted{topic, Height{100}}}));
  BOOST_TEST((row(100).status == Status::claimed));
}

BOOST_FIXTURE_TEST_CASE(a_burst_of_claims_is_one_commit, LedgerCoreFixture) {
  for (int i = 0; i < 200; ++i) core.on(claim(100 + i));
  const auto effects = core.flush(now);
  BOOST_TEST(of<Granted>(effects).size() == 200u);
  BOOST_TEST(books->commits() == 1u);
}

BOOST_AUTO_TEST_CASE(only_what_the_next_start_cannot_repeat_is_synced) {
  struct Counting : MemoryBooks {
    int deferred_count = 0;
    void deferred_transaction(const std::function<void()>& calls) override {
      ++deferred_count, MemoryBooks::deferred_transaction(calls);
    }
  };
  const auto books = std::make_shared<Counting>();
  LedgerCore core{{.wallet = wallet}, books};
  const auto synced = [&](const auto& message) {
    const auto before = books->deferred_count;
    core.on(message);
    core.flush(at(0));
    return books->deferred_count == before;
  };
  BOOST_TEST(!synced(booking(100)));
  BOOST_TEST(!synced(claim(100)));
  BOOST_TEST(synced(storing(100, "a"))); // sent next
  BOOST_TEST(!synced(marking(100, "a")));
  BOOST_TEST(synced(BookScore{}));
  BOOST_TEST(synced(BookReward{}));
  core.on(booking(130));
  BOOST_TEST(synced(BookOutcome{wallet, topic, Height{100}, Status::missed, "late", {}, {}, {}, {}, at(1)}));
}

BOOST_AUTO_TEST_CASE(repeatable_facts_wait_for_a_group_commit_for_a_limited_time) {
  const auto books = std::make_shared<MemoryBooks>();
  LedgerCore core{{.wallet = wallet, .group_commit_ms = 1'000}, books};
  BOOST_TEST(!core.wait_ms(at(0)).has_value());
  core.on(booking(100));
  BOOST_TEST(core.flush(at(0)).empty());
  BOOST_TEST(core.wait_ms(at(0)).value() == 1'000);
  BOOST_TEST(books->windows().empty());
  core.on(LedgerQueue::Entry(claim(100))); // committed at once, with the queued facts before it
  BOOST_TEST(core.flush(at(0)).size() == 2u);
  BOOST_TEST(books->commits() == 1u);
  BOOST_TEST(!core.wait_ms(at(0)).has_value());

  core.on(marking(100, "a"));
  core.on(WindowClosed{topic, Height{100}, at(1)});
  core.flush(at(1));
  BOOST_TEST(core.queued() == 2u);
  core.flush(Instant{at(1).value + 999});
  BOOST_TEST(core.queued() == 2u);
  core.flush(Instant{at(1).value + 1'000});
  BOOST_TEST(core.queued() == 0u);

  core.on(booking(130));
  core.flush(at(5));
  core.flush(at(4)); // the clock was set back
  BOOST_TEST(core.queued() == 0u);
  core.on(booking(160));
  core.flush(at(6), true);
  BOOST_TEST(core.queued() == 0u);
}

BOOST_FIXTURE_TEST_CASE(answers_keep_the_order_of_the_requests, LedgerCoreFixture) {
  const auto effects = tell(booking(100), claim(100), claim(100, "0.5"), storing(100, "a"), LastNonceWanted{topic});
  BOOST_REQUIRE_EQUAL(effects.size(), 5u);
  BOOST_TEST((std::get<LastNonceKnown>(effects[0]) == LastNonceKnown{topic, Height{100}}));
  BOOST_TEST(std::holds_alternative<Granted>(effects[1]));
  BOOST_TEST(std::holds_alternative<ClaimRefused>(effects[2]));
  BOOST_TEST(std::holds_alternative<SignedStored>(effects[3]));
  BOOST_TEST((std::get<LastNonceKnown>(effects[4]) == LastNonceKnown{topic, Height{100}}));
}

BOOST_FIXTURE_TEST_CASE(what_delayed_a_window_before_it_opened_is_the_reason_why_it_was_missed, LedgerCoreFixture) {
  tell(WindowDelayed{topic, Height{100}, "csv: no candles"});
  BOOST_TEST(books->windows().empty());
  tell(booking(100), WindowClosed{topic, Height{100}, now});
  BOOST_TEST((row(100).status == Status::missed));
  BOOST_TEST(row(100).reason == "csv: no candles");
  tell(booking(130), WindowClosed{topic, Height{130}, now}); // the reason belongs to one window only
  BOOST_TEST(row(130).reason != "csv: no candles");
}

BOOST_FIXTURE_TEST_CASE(a_full_disk_refuses_claims_and_bytes_with_an_unknown_status, LedgerCoreFixture) {
  tell(claim(100));
  books->fail_next(100);
  const auto refused = of<ClaimRefused>(tell(claim(130)));
  BOOST_REQUIRE_EQUAL(refused.size(), 1u);
  BOOST_TEST(refused[0].books_failed);
  BOOST_TEST(refused[0].reason.find("full") != std::string::npos);
  const auto failed = of<StoreFailed>(tell(storing(100, "a")));
  BOOST_REQUIRE_EQUAL(failed.size(), 1u);
  BOOST_TEST((failed[0].hash == signed_tx("a").hash));
  BOOST_TEST(core.queued() == 0u); // questions are repeated by their sender
}

BOOST_FIXTURE_TEST_CASE(outcomes_are_queued_in_order_until_the_disk_recovers, LedgerCoreFixture) {
  tell(claim(100), storing(100, "a"));
  books->fail_next(2); // the burst, then the single entry
  BOOST_TEST(of<OutcomeBooked>(tell(marking(100, "a"), outcome(100, Status::confirmed, "a"))).empty());
  BOOST_TEST(core.queued() == 2u);
  BOOST_TEST(!core.trouble().empty());
  now = at(2);
  const auto effects = core.flush(now);
  BOOST_TEST(of<OutcomeBooked>(effects).size() == 1u);
  BOOST_TEST((row(100).status == Status::confirmed));
  BOOST_TEST((row(100).sent_at == at(103))); // marked first
  BOOST_TEST(core.trouble().empty());
}

BOOST_FIXTURE_TEST_CASE(a_window_missed_because_of_a_full_disk_has_that_reason, LedgerCoreFixture) {
  books->fail_next(4); // two messages, each in its burst and by itself
  tell(booking(100));
  tell(claim(100));
  now = at(5);
  tell(WindowClosed{topic, Height{100}, now});
  now = at(10);
  core.flush(now);
  BOOST_TEST((row(100).status == Status::missed));
  BOOST_TEST(row(100).reason.find("the disk is full") != std::string::npos, row(100).reason);
}

BOOST_FIXTURE_TEST_CASE(a_disk_failure_and_its_end_are_logged_once, LedgerCoreFixture) {
  books->fail_next(6);
  std::size_t said = 0;
  for (int s = 0; s < 4; ++s) {
    now = at(10 * s);
    said += of<LedgerCore::LogLine>(tell(booking(100 + s))).size();
  }
  BOOST_TEST(said == 2u);
  BOOST_TEST(books->windows().size() == 4u);
}

BOOST_FIXTURE_TEST_CASE(a_failed_disk_is_retried_after_retry_ms, LedgerCoreFixture) {
  books->fail_next(2);
  tell(booking(100));
  BOOST_TEST(tell(claim(130)).size() == 1u); // refused without a write
  BOOST_TEST(of<Granted>(core.flush(now)).empty());
  BOOST_TEST(books->commits() == 0u);
  core.flush(now, true);
  BOOST_TEST(books->commits() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_clock_set_back_does_not_delay_the_retry, LedgerCoreFixture) {
  books->fail_next(2);
  tell(booking(100));
  now = at(-1000);
  core.on(booking(130));
  core.flush(now);
  BOOST_TEST(books->windows().size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(no_question_is_answered_while_facts_are_queued, LedgerCoreFixture) {
  tell(claim(100), storing(100, "a"));
  books->fail_next(100);
  tell(outcome(100, Status::confirmed, "a"));
  now = at(5);
  const auto effects = tell(ResumeSubmissions{wallet}, LastNonceWanted{topic}, BooksWanted{wallet, {}});
  BOOST_TEST(of<Unresolved>(effects).empty()); // outdated: would resend a confirmed window
  BOOST_TEST(of<LastNonceKnown>(effects).empty());
  BOOST_TEST(of<BooksSummary>(effects).size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_repeated_message_is_queued_once, LedgerCoreFixture) {
  tell(claim(100), storing(100, "a"));
  books->fail_next(1'000);
  for (int i = 0; i < 50; ++i) tell(outcome(100, Status::confirmed, "a"));
  BOOST_TEST(core.queued() == 1u);
}

BOOST_FIXTURE_TEST_CASE(the_queue_is_bounded_and_counts_dropped_facts, LedgerCoreFixture) {
  books->fail_next(1'000'000);
  tell(booking(1));
  for (std::size_t i = 0; i < limits::pending_outcomes + 5; ++i) core.on(booking(100 + static_cast<std::int64_t>(i)));
  BOOST_TEST(core.queued() == limits::pending_outcomes);
  BOOST_TEST(core.dropped() == 6u);
}

BOOST_FIXTURE_TEST_CASE(the_next_ledger_writes_what_the_failed_one_could_not, LedgerCoreFixture) {
  books->fail_next(2);
  tell(booking(100));
  LedgerCore next(policy, books);
  next.flush(now, true);
  BOOST_TEST((row(100).status == Status::open));
}

BOOST_FIXTURE_TEST_CASE(a_rejected_store_is_refused_without_failing_the_burst, LedgerCoreFixture) {
  const auto effects = tell(claim(100), storing(130, "b"), storing(100, "a"), outcome(160, Status::refused));
  BOOST_TEST(of<Granted>(effects).size() == 1u);
  BOOST_TEST(of<SignedStored>(effects).size() == 1u);
  BOOST_TEST(of<OutcomeBooked>(effects).size() == 1u);
  const auto failed = of<StoreFailed>(effects);
  BOOST_REQUIRE_EQUAL(failed.size(), 1u);
  BOOST_TEST((failed[0].nonce == Height{130}));
  BOOST_TEST(core.trouble().empty());
}

BOOST_AUTO_TEST_CASE(a_message_that_throws_ends_only_one_ledger) {
  struct Broken : MemoryBooks {
    void write(const Wallet& w, const BookEntry& m) override {
      if (std::holds_alternative<BookScore>(m)) throw std::logic_error("a defect");
      MemoryBooks::write(w, m);
    }
  };
  const auto books = std::make_shared<Broken>();
  const LedgerPolicy policy{.wallet = wallet};
  LedgerCore core(policy, books);
  core.on(booking(100));
  core.on(BookScore{{topic, Height{100}, wallet, {"1"}}, at(1)});
  core.on(booking(130));
  BOOST_CHECK_THROW(core.flush(at(0)), std::logic_error);
  LedgerCore next(policy, books);
  next.flush(at(0));
  BOOST_TEST(books->windows().size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_write_of_unknown_result_is_applied_once, LedgerCoreFixture) {
  tell(claim(100));
  books->fail_next(1, MemoryBooks::Fault::unsure);
  const auto effects = tell(storing(100, "a"));
  BOOST_TEST(books->transactions().size() == 1u);
  BOOST_TEST((of<SignedStored>(effects).size() + of<StoreFailed>(effects).size()) == 1u);
  BOOST_TEST(of<SignedStored>(tell(storing(100, "a"))).size() == 1u);
  BOOST_TEST(books->transactions().size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_gap_and_the_next_opening_are_written_atomically, LedgerCoreFixture) {
  tell(booking(100));
  struct Cut : MemoryBooks { // fails in the middle of the transaction
    void write(const Wallet& w, const BookEntry& m) override {
      if (std::holds_alternative<WindowOpened>(m)) throw StoreFailure("the disk is full");
      MemoryBooks::write(w, m);
    }
  };
  const auto cut = std::make_shared<Cut>();
  LedgerCore other({.wallet = wallet}, cut);
  other.on(booking(190, {missing(130), missing(160)}));
  BOOST_TEST(of<LastNonceKnown>(other.flush(now)).empty());
  BOOST_TEST(cut->windows().empty());
  BOOST_TEST(other.queued() == 1u);

  const auto known = of<LastNonceKnown>(tell(booking(190, {missing(130), missing(160)})));
  BOOST_TEST((known == std::vector{LastNonceKnown{topic, Height{190}}}));
  BOOST_TEST(books->windows().size() == 4u);
  BOOST_TEST(row(130).reason == "inferd was not watching");
  BOOST_TEST((row(190).status == Status::open));
}

BOOST_FIXTURE_TEST_CASE(repeated_book_windows_are_queued_once, LedgerCoreFixture) {
  books->fail_next(1'000);
  tell(booking(100));
  tell(booking(130, {missing(100)}));
  tell(booking(160, {missing(100), missing(130)}));
  tell(booking(160, {missing(100), missing(130)}));
  BOOST_TEST(core.queued() == 3u);
  std::size_t missed = 0;
  for (const auto& entry : policy.queue->entries) missed += std::get<BookWindows>(entry).missed.size();
  BOOST_TEST(missed == 0u);
  auto other = booking(100);
  other.topic = other.opened.topic = TopicId{68};
  tell(other);
  BOOST_TEST(core.queued() == 4u);
}

BOOST_FIXTURE_TEST_CASE(the_first_word_about_a_topic_begins_its_books, LedgerCoreFixture) {
  const BookWindows first{.topic = topic, .after = Height{20}};
  BOOST_TEST((of<LastNonceKnown>(tell(first)) == std::vector{LastNonceKnown{topic, Height{20}}}));
  BOOST_TEST((of<LastNonceKnown>(tell(BookWindows{.topic = topic, .after = Height{70}})) ==
              std::vector{LastNonceKnown{topic, Height{20}}})); // of a restarted watcher
  BOOST_TEST(books->windows().empty());
}

BOOST_FIXTURE_TEST_CASE(windows_that_do_not_follow_what_is_in_the_books_are_refused_with_how_far_they_reach,
                        LedgerCoreFixture) {
  tell(BookWindows{.topic = topic, .after = Height{20}});
  auto gap = booking(160, {missing(130)});
  gap.after = Height{100}; // whose row is not there
  BOOST_TEST((of<LastNonceKnown>(tell(gap)) == std::vector{LastNonceKnown{topic, Height{20}}}));
  BOOST_TEST(books->windows().empty());
  gap.missed.insert(gap.missed.begin(), missing(100));
  gap.after = Height{20};
  BOOST_TEST((of<LastNonceKnown>(tell(gap)) == std::vector{LastNonceKnown{topic, Height{160}}}));
  BOOST_TEST(books->windows().size() == 3u);
}

// The queued message ends the ledger with its failure; the one behind it was cut to what that one lacks.
BOOST_AUTO_TEST_CASE(a_message_cut_to_what_follows_a_queued_one_is_refused_when_that_one_is_lost) {
  struct Defective : MemoryBooks {
    bool armed = false;
    void write(const Wallet& w, const BookEntry& entry) override {
      if (std::exchange(armed, false)) throw std::bad_alloc();
      MemoryBooks::write(w, entry);
    }
  };
  const auto books = std::make_shared<Defective>();
  const LedgerPolicy policy{.wallet = wallet};
  LedgerCore core(policy, books);
  core.on(BookWindows{.topic = topic, .after = Height{20}});
  core.flush(at(0));
  books->fail_next(2); // together, then each for itself: both messages stay in the queue
  auto first = booking(100);
  first.after = Height{20};
  core.on(first);
  core.flush(at(1), true);
  auto second = booking(130, {missing(100)});
  second.after = Height{20};
  core.on(second);
  BOOST_REQUIRE_EQUAL(core.queued(), 2u);
  books->armed = true;
  BOOST_CHECK_THROW(core.flush(at(3), true), std::bad_alloc);
  LedgerCore next(policy, books);
  BOOST_TEST((of<LastNonceKnown>(next.flush(at(4), true)) == std::vector{LastNonceKnown{topic, Height{20}}}));
  BOOST_TEST(books->windows().empty()); // a row of 130 would hide that 100 has none
}
