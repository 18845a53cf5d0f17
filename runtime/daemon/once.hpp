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
  void expect(const std::vector<TopicId>& topics) { waiting_.insert(topics.begin(), topics.end()); }

  /// True if this message was the last missing outcome.
  template <class Message> bool see(const Message&) { return false; }
  bool see(const BookOutcome& outcome) {
    if (outcome.nonce.value == 0) return false; // a registration
    return done(outcome.topic, outcome.status == Status::confirmed || outcome.status == Status::dry_run);
  }
  bool see(const WindowSkipped& skipped) { return done(skipped.topic, false); }

  bool all_well() const {
    std::lock_guard lock(mutex_);
    return waiting_.empty() && !failed_;
  }

private:
  bool done(TopicId topic, bool well) {
    std::lock_guard lock(mutex_);
    if (waiting_.erase(topic) == 0) return false;
    failed_ |= !well;
    return waiting_.empty();
  }
  mutable std::mutex mutex_;
  std::set<TopicId> waiting_;
  bool failed_ = false;
};

} // namespace inferd
