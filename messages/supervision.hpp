#pragma once
// supervisor ⇄ everyone: who is alive, who failed, how to stop.

#include "messages/units.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace inferd {

/// supervisor → itself, for the log and the tape: a child ended when it should not have.
struct ChildFailed {
  std::string child, reason;
  std::uint32_t restarts{}; ///< within the policy's period, this one included
  bool operator==(const ChildFailed&) const = default;
};
BOOST_DESCRIBE_STRUCT(ChildFailed, (), (child, reason, restarts))

/// supervisor → the failed child's group: it is back, empty; send it what it needs.
struct ChildRestarted {
  std::string child;
  bool operator==(const ChildRestarted&) const = default;
};
BOOST_DESCRIBE_STRUCT(ChildRestarted, (), (child))

/// supervisor → itself: the backoff of a child has passed.
struct RestartDue {
  std::string child;
  bool operator==(const RestartDue&) const = default;
};
BOOST_DESCRIBE_STRUCT(RestartDue, (), (child))

/// admin → supervisor: an operator wants this one restarted.
struct RestartChild {
  std::string child;
  bool operator==(const RestartChild&) const = default;
};
BOOST_DESCRIBE_STRUCT(RestartChild, (), (child))

/// supervisor → submitter: answer nothing new, resolve what is under way until `deadline`.
struct Drain {
  std::string why;
  Instant deadline;
  bool operator==(const Drain&) const = default;
};
BOOST_DESCRIBE_STRUCT(Drain, (), (why, deadline))

/// submitter → supervisor: all that was under way is booked, or its time is up.
struct Drained {
  std::uint32_t unresolved{};
  bool operator==(const Drained&) const = default;
};
BOOST_DESCRIBE_STRUCT(Drained, (), (unresolved))

/// An actor's own alarm clock.
struct Tick {
  std::string what;
  bool operator==(const Tick&) const = default;
};
BOOST_DESCRIBE_STRUCT(Tick, (), (what))

/// admin → anyone: show yourself.
struct Inspect {
  bool deep{}; ///< also what costs a look into the books
  bool operator==(const Inspect&) const = default;
};
BOOST_DESCRIBE_STRUCT(Inspect, (), (deep))

/// anyone → whoever asked. `state` is a JSON object.
struct Inspection {
  std::string actor, state;
  std::uint64_t handled{}; ///< messages since its start
  bool operator==(const Inspection&) const = default;
};
BOOST_DESCRIBE_STRUCT(Inspection, (), (actor, state, handled))

/// supervisor → itself, hourly: what is alive and what was earned, for the log and the service manager.
struct Heartbeat {
  std::string alive, books;
  Instant at;
  bool operator==(const Heartbeat&) const = default;
};
BOOST_DESCRIBE_STRUCT(Heartbeat, (), (alive, books, at))

/// supervisor, admin → ledger.
struct BooksWanted {
  Wallet wallet;
  bool operator==(const BooksWanted&) const = default;
};
BOOST_DESCRIBE_STRUCT(BooksWanted, (), (wallet))

/// ledger → whoever asked: totals over all topics.
struct BooksSummary {
  std::uint64_t windows{}, confirmed{}, refused{}, missed{}, skipped{}, unfinished{};
  Uallo fees;
  Decimal rewards; ///< uallo, as the chain settled them
  Height last_nonce;
  bool operator==(const BooksSummary&) const = default;
};
BOOST_DESCRIBE_STRUCT(BooksSummary, (), (windows, confirmed, refused, missed, skipped, unfinished, fees, rewards, last_nonce))

} // namespace inferd
