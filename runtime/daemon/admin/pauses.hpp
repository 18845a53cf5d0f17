#pragma once

#include "messages/units.hpp"

#include <mutex>
#include <set>
#include <string>

namespace inferd {

/// The topics that the operator has paused, in a file beside the books: a restart does not resume them. Thread-safe.
class Pauses {
public:
  /// Throws std::runtime_error, one sentence, when the file is damaged: a topic that was paused must not be answered by
  /// mistake.
  explicit Pauses(std::string path);

  bool paused(TopicId) const;
  std::set<TopicId> all() const;
  /// Writes the file first. Throws std::runtime_error.
  void set(TopicId, bool paused);

private:
  const std::string path_;
  mutable std::mutex mutex_;
  std::set<TopicId> topics_;
};

} // namespace inferd
