#pragma once
// `--once`: counts each topic's first outcome from the messages delivered to the ledger. Thread-safe.

#include "messages/submission.hpp"
#include "messages/window.hpp"

#include <mutex>
#include <set>
#include <vector>

namespace inferd {

class Once {
public:
  void expect(const std::vector<TopicId>& topics) { pending_.insert(topics.begin(), topics.end()); }

  /// True if this message was the last missing outcome.
  template <class Message> bool observe(const Message&) { return false; }
  bool observe(const BookOutcome& outcome) {
    if (outcome.nonce.value == 0) return false; // a registration
    return finish(outcome.topic, outcome.status == Status::confirmed || outcome.status == Status::dry_run);
  }
  bool observe(const WindowSkipped& skipped) { return finish(skipped.topic, false); }

  bool all_succeeded() const {
    std::lock_guard lock(mutex_);
    return pending_.empty() && !failed_;
  }

private:
  bool finish(TopicId topic, bool success) {
    std::lock_guard lock(mutex_);
    if (pending_.erase(topic) == 0) return false;
    failed_ |= !success;
    return pending_.empty();
  }
  mutable std::mutex mutex_;
  std::set<TopicId> pending_;
  bool failed_ = false;
};

} // namespace inferd
