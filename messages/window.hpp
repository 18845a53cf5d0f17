#pragma once
// watcher → timer, submitter, ledger: the life of a topic's submission windows.

#include "messages/units.hpp"

#include <string>

namespace inferd {

/// watcher → timer: the next window is known before it opens.
struct WindowScheduled {
  TopicId topic;
  Height nonce;  ///< the height at which it will open
  Height closes; ///< the last height that may hold an answer
  Instant at;
  bool operator==(const WindowScheduled&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowScheduled, (), (topic, nonce, closes, at))

/// watcher → submitter, timer, and in BookWindows ledger: the chain takes answers for `nonce` until block `closes`.
/// Sent once for each (topic, nonce), whether an event or a poll saw it first (`seen_by`: "event", "poll", "gap").
struct WindowOpened {
  TopicId topic;
  Height nonce, closes;
  std::string seen_by;
  Instant at;
  bool operator==(const WindowOpened&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowOpened, (), (topic, nonce, closes, seen_by, at))

/// watcher → submitter, timer, ledger: nothing more is taken for `nonce`.
struct WindowClosed {
  TopicId topic;
  Height nonce;
  Instant at;
  bool operator==(const WindowClosed&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowClosed, (), (topic, nonce, at))

/// watcher → timers, submitter: the chain's newest block.
struct HeadMoved {
  Height height;
  Instant at;
  bool operator==(const HeadMoved&) const = default;
};
BOOST_DESCRIBE_STRUCT(HeadMoved, (), (height, at))

/// anyone → ledger: this window will not be answered, for this reason.
struct WindowSkipped {
  TopicId topic;
  Height nonce;
  std::string reason;
  bool operator==(const WindowSkipped&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowSkipped, (), (topic, nonce, reason))

/// fetcher → ledger: an open window waits, for this reason; it may still be answered. If it closes first, this is why.
struct WindowDelayed {
  TopicId topic;
  Height nonce;
  std::string reason;
  bool operator==(const WindowDelayed&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowDelayed, (), (topic, nonce, reason))

/// timer → watcher after a restart, predictor → watcher without rules: tell me again what is open, what comes, what is asked.
struct WindowWanted {
  TopicId topic;
  bool operator==(const WindowWanted&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowWanted, (), (topic))

} // namespace inferd
