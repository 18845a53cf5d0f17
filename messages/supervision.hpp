#pragma once
// supervisor ⇄ every actor: restart policies, failures, Ticks, stopping.

#include "messages/backoff.hpp"
#include "messages/place.hpp"
#include "messages/units.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace inferd {

enum class Strategy {
  one_for_one,  ///< only the failed child is restarted
  rest_for_one, ///< it and those started after it
  one_for_all   ///< all of them
};
BOOST_DESCRIBE_ENUM(Strategy, one_for_one, rest_for_one, one_for_all)

enum class ChildKind {
  permanent, ///< restarted however it ended
  transient, ///< restarted when it failed, not when it finished
  temporary  ///< never restarted
};
BOOST_DESCRIBE_ENUM(ChildKind, permanent, transient, temporary)

/// How a supervisor handles failures. The meanings are those of Erlang/OTP's supervisors. The budget is exhausted by one
/// failure more than `restarts` within `period_ms`: the supervisor then stops its children and ends with an error, which is a
/// failure for its own supervisor; the root ends the process.
struct RestartPolicy {
  Strategy strategy{Strategy::one_for_one};
  std::uint32_t restarts = 5;
  std::int64_t period_ms = 60'000;
  Backoff backoff{.first_ms = 100, .longest_ms = 10'000, .below_percent = 20, .above_percent = 20}; ///< before a restart
  bool operator==(const RestartPolicy&) const = default;
};
BOOST_DESCRIBE_STRUCT(RestartPolicy, (), (strategy, restarts, period_ms, backoff))

/// Why an actor failed. Travels in the context of the caf::error it ends with, and from there in ChildFailed.
struct ActorFailure {
  Place place;         ///< of the actor that failed
  std::string message; ///< the type of the message it was handling; empty: none, or not known
  std::string what;    ///< the exception's text, or the reason in one sentence
  bool operator==(const ActorFailure&) const = default;
};
BOOST_DESCRIBE_STRUCT(ActorFailure, (), (place, message, what))

/// supervisor → itself, for log and tape: a child has failed.
struct ChildFailed {
  ActorFailure failure;
  std::uint32_t restarts{}; ///< within the policy's period, this one included
  bool operator==(const ChildFailed&) const = default;
};
BOOST_DESCRIBE_STRUCT(ChildFailed, (), (failure, restarts))

/// supervisor → places in SupervisorSpec::notify: `child` runs again and has lost its state.
struct ChildRestarted {
  Place child;
  bool operator==(const ChildRestarted&) const = default;
};
BOOST_DESCRIBE_STRUCT(ChildRestarted, (), (child))

/// supervisor → itself: the backoff of a child has passed.
struct RestartDue {
  Place child;
  bool operator==(const RestartDue&) const = default;
};
BOOST_DESCRIBE_STRUCT(RestartDue, (), (child))

/// admin → root: stop this actor and start it again.
struct RestartChild {
  Place child;
  bool operator==(const RestartChild&) const = default;
};
BOOST_DESCRIBE_STRUCT(RestartChild, (), (child))

/// supervisor → itself: the time given to a child to stop has passed. `turn` names the stop; an alarm of an earlier one is
/// ignored.
struct StopOverdue {
  Place child;
  std::uint64_t turn{};
  bool operator==(const StopOverdue&) const = default;
};
BOOST_DESCRIBE_STRUCT(StopOverdue, (), (child, turn))

/// main → root → submitter: accept nothing new, resolve what is under way until `deadline`.
struct Drain {
  std::string why;
  Instant deadline;
  bool operator==(const Drain&) const = default;
};
BOOST_DESCRIBE_STRUCT(Drain, (), (why, deadline))

/// submitter → root: everything under way is booked, or the deadline has passed.
struct Drained {
  std::uint32_t unresolved{};
  bool operator==(const Drained&) const = default;
};
BOOST_DESCRIBE_STRUCT(Drained, (), (unresolved))

/// The purpose of a Tick. An actor with several kinds of delayed Ticks distinguishes them by it.
enum class Alarm {
  start,             ///< supervisor: start the children
  check_children,    ///< supervisor: liveness check
  heartbeat,         ///< root: ask the ledger for its totals
  books_late,        ///< root: the ledger has not answered, send the heartbeat without its totals
  drain_deadline,    ///< root: the time for draining has passed
  stop_deadline,     ///< root: the time for stopping the tree has passed
  finish,            ///< supervisor: all children are down, end
  poll,              ///< watcher: poll the chain
  poll_height,       ///< watcher: the head should have reached a window's lead by now
  check_submissions, ///< submitter: repeat requests without an answer
  check_sources,     ///< fetcher: a source is late, or may be tried again
  write_books,       ///< ledger: commit the queued messages
  model_late,        ///< predictor: the model has not answered
  check_truths       ///< scorer: the truth of a prediction is due
};
BOOST_DESCRIBE_ENUM(Alarm, start, check_children, heartbeat, books_late, drain_deadline, stop_deadline, finish, poll,
                    poll_height, check_submissions, check_sources, write_books, model_late, check_truths)

/// An actor → itself, delayed.
struct Tick {
  Alarm alarm{};
  bool operator==(const Tick&) const = default;
};
BOOST_DESCRIBE_STRUCT(Tick, (), (alarm))

/// root → itself, hourly: for log and service manager.
struct Heartbeat {
  std::string alive, books; ///< one sentence each
  Instant at;
  bool operator==(const Heartbeat&) const = default;
};
BOOST_DESCRIBE_STRUCT(Heartbeat, (), (alive, books, at))

/// root → ledger. Answered by BooksSummary.
struct BooksWanted {
  Wallet wallet;
  Instant at;
  bool operator==(const BooksWanted&) const = default;
};
BOOST_DESCRIBE_STRUCT(BooksWanted, (), (wallet, at))

/// In BooksSummary: how a topic's newest windows ended. A window counts that inferd saw open and that was due; "answered" is
/// confirmed or dry_run.
struct TopicResults {
  TopicId topic;
  Height last_answered; ///< nonce; 0: none
  Instant last_answered_at;
  std::uint64_t since_answered{}; ///< windows that ended after it
  std::string last_end;           ///< status and reason of the newest of these
  std::uint64_t ended_24h{}, answered_24h{};
  std::uint64_t equal_values{}; ///< newest answers in a row with the same values
  bool operator==(const TopicResults&) const = default;
};
BOOST_DESCRIBE_STRUCT(TopicResults, (),
                      (topic, last_answered, last_answered_at, since_answered, last_end, ended_24h, answered_24h, equal_values))

/// ledger → root: totals over all topics.
struct BooksSummary {
  std::uint64_t windows{}, confirmed{}, refused{}, missed{}, skipped{}, unfinished{};
  Uallo fees;
  Decimal rewards; ///< uallo, as the chain settled them
  Height last_nonce;
  std::vector<TopicResults> topics{};
  Uallo fees_24h{};
  bool operator==(const BooksSummary&) const = default;
};
BOOST_DESCRIBE_STRUCT(BooksSummary, (),
                      (windows, confirmed, refused, missed, skipped, unfinished, fees, rewards, last_nonce, topics, fees_24h))

} // namespace inferd
