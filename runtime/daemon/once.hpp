#pragma once
// `--once`: the first end of a window of each topic. Thread-safe.

#include "messages/submission.hpp"

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace inferd {

class Once {
public:
  /// Exit codes of `once`: how a topic's window ended, or that it was stopped before; of several topics, the highest.
  enum Code : int { answered = 0, stopped = 1, refused = 4, missed = 5, skipped = 6 };

  void expect(const std::vector<TopicId>& topics) { pending_.insert(topics.begin(), topics.end()); }

  /// The head at a connection. A window that had closed by the first one belongs to an earlier run.
  void connected(Height head) {
    const std::lock_guard lock(mutex_);
    if (!begin_) begin_ = head;
  }

  /// A window's end, with the last height that accepted payloads (0: unknown). True if this was the last missing one.
  bool ended(const BookOutcome& outcome, Height closes) {
    const std::lock_guard lock(mutex_);
    if (outcome.nonce.value == 0) return false; // a registration
    if (!begin_ || std::max(closes, outcome.nonce) <= *begin_) return false;
    // This run had only a part of a window that was open already: missing it says nothing.
    if (outcome.nonce <= *begin_ && code_of(outcome.status) == missed) return false;
    if (pending_.erase(outcome.topic) == 0) return false;
    ends_[outcome.topic] = outcome;
    return pending_.empty();
  }

  int code() const {
    const std::lock_guard lock(mutex_);
    int worst = pending_.empty() ? answered : stopped;
    for (const auto& [topic, end] : ends_) worst = std::max<int>(worst, code_of(end.status));
    return worst;
  }

  /// "topic 67: missed, tiingo: HTTP 403; topic 68: no window ended": the topics without an answer; empty: none.
  std::string unanswered() const {
    const std::lock_guard lock(mutex_);
    std::string out;
    const auto add = [&](TopicId topic, const std::string& what) {
      out += (out.empty() ? "topic " : "; topic ") + std::to_string(topic.value) + ": " + what;
    };
    for (const auto& [topic, end] : ends_)
      if (code_of(end.status) != answered)
        add(topic,
            std::string(boost::describe::enum_to_string(end.status, "?")) + (end.reason.empty() ? "" : ", " + end.reason));
    for (const auto topic : pending_) add(topic, "no window ended");
    return out;
  }

private:
  static Code code_of(Status s) {
    if (s == Status::confirmed || s == Status::dry_run) return answered;
    return s == Status::refused ? refused : s == Status::skipped ? skipped : missed;
  }
  mutable std::mutex mutex_;
  std::optional<Height> begin_;
  std::set<TopicId> pending_;
  std::map<TopicId, BookOutcome> ends_;
};

} // namespace inferd
