#pragma once
// The life of a topic's submission windows.

#include "messages/units.hpp"

#include <string>

namespace inferd {

/// watcher → timer, before the window opens: the timer prepares it from `prepare_at` on.
struct WindowScheduled {
  TopicId topic;
  Height nonce;      ///< the height at which it opens
  Height closes;     ///< the last height that may hold a submission
  Height prepare_at; ///< the prediction is made from this height on
  Instant at;
  bool operator==(const WindowScheduled&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowScheduled, (), (topic, nonce, closes, prepare_at, at))

/// watcher → submitter, timer; → ledger in BookWindows: the chain accepts submissions for `nonce` until block `closes`.
/// Once per (topic, nonce), by event or poll (`seen_by`: "event", "poll", "gap"), and to restarted actors. The submitter sends.
struct WindowOpened {
  TopicId topic;
  Height nonce, closes;
  std::string seen_by;
  Instant at;
  bool operator==(const WindowOpened&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowOpened, (), (topic, nonce, closes, seen_by, at))

/// watcher → submitter, timer, fetcher, ledger: the chain accepts no more submissions for `nonce`. Ends its
/// preparation; an open row is missed.
struct WindowClosed {
  TopicId topic;
  Height nonce;
  Instant at;
  bool operator==(const WindowClosed&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowClosed, (), (topic, nonce, at))

/// watcher → submitter, timers near their window: the chain's newest block. Starts preparations, expires submissions.
struct HeadMoved {
  Height height;
  Instant at;
  bool operator==(const HeadMoved&) const = default;
};
BOOST_DESCRIBE_STRUCT(HeadMoved, (), (height, at))

/// watcher → root, for the log, when it begins: the chain's head is below the nonce of a window that is in the books.
struct HeadWentBack {
  Height head, booked;
  Instant at;
  bool operator==(const HeadWentBack&) const = default;
};
BOOST_DESCRIBE_STRUCT(HeadWentBack, (), (head, booked, at))

/// watcher, pipeline, submitter → ledger: this window gets no submission. Its row becomes `skipped`, unless it is claimed.
struct WindowSkipped {
  TopicId topic;
  Height nonce;
  std::string reason;
  bool operator==(const WindowSkipped&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowSkipped, (), (topic, nonce, reason))

/// fetcher → ledger: the candles of an open window are delayed. `reason` becomes the row's if the window closes first.
struct WindowDelayed {
  TopicId topic;
  Height nonce;
  std::string reason;
  bool operator==(const WindowDelayed&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowDelayed, (), (topic, nonce, reason))

/// timer → watcher at every start, predictor → watcher without rules: repeats the open window, the next one and the rules.
/// fetcher → timers of its subscribers, at every start and when its feature actor was restarted: repeats PrepareWindow.
struct WindowWanted {
  TopicId topic;
  bool operator==(const WindowWanted&) const = default;
};
BOOST_DESCRIBE_STRUCT(WindowWanted, (), (topic))

} // namespace inferd
