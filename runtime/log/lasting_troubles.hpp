#pragma once
// A topic's lasting trouble, which the watcher polls: its line is written at the change and once an hour.

#include "messages/chain.hpp"
#include "messages/submission.hpp"
#include "runtime/log/repeated_lines.hpp"

#include <mutex>
#include <string>

namespace inferd {

/// Thread-safe.
class LastingTroubles {
public:
  /// Whether the message only repeats a trouble whose line was written less than an hour ago.
  bool repeats(const RegistrationWanted& m, Instant now) {
    const std::lock_guard lock(mutex_);
    return !lines_.due(unregistered(m.topic), now);
  }
  bool repeats(const AskFailed& m, Instant now) {
    if (m.request != Request::AskWindow || m.verdict != Verdict::NoSuchTopic) return false;
    const std::lock_guard lock(mutex_);
    return !lines_.due(missing(m.topic), now);
  }
  /// The topic is there: its troubles may have ended.
  bool repeats(const WindowStatusArrived& m, Instant) {
    const std::lock_guard lock(mutex_);
    lines_.over(missing(m.topic));
    if (m.is_registered) lines_.over(unregistered(m.topic));
    return false;
  }
  template <class Message> bool repeats(const Message&, Instant) { return false; }

private:
  static std::string missing(TopicId topic) { return "missing " + std::to_string(topic.value); }
  static std::string unregistered(TopicId topic) { return "unregistered " + std::to_string(topic.value); }

  std::mutex mutex_;
  RepeatedLines lines_;
};

} // namespace inferd
