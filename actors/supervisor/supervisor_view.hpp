#pragma once
// What a supervisor publishes to the one above, and the books' totals as a sentence.

#include "messages/inspection.hpp"

#include <cstdint>
#include <mutex>
#include <string>

namespace inferd {

/// What the supervisor above reads of this one without sending it a message. Readable from any thread.
class SupervisorStats {
public:
  struct View {
    Vitals vitals;
    std::uint64_t checks{}; ///< liveness checks of its children so far; does not change while the supervisor hangs
  };
  virtual ~SupervisorStats() = default;
  View view() const {
    const std::lock_guard lock(mutex_);
    return view_;
  }

protected:
  void show(const View& view) {
    const std::lock_guard lock(mutex_);
    view_ = view;
  }

private:
  mutable std::mutex mutex_;
  View view_{{false, 1}};
};

/// "12 windows, 10 confirmed …", for the heartbeat.
std::string books_text(const BooksSummary&);

} // namespace inferd
