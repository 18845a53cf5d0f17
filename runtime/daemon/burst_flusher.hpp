#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace inferd {

/// Calls `flush` on a thread of its own soon after request(). Requests until then share the call: the actors of a window
/// deliver tens of messages in a burst, and waking a thread for each costs more than most of them.
class BurstFlusher {
public:
  static constexpr std::chrono::milliseconds delay{10}; ///< from the first request of a burst to its flush

  explicit BurstFlusher(std::function<void()> flush) : flush_(std::move(flush)), thread_([this] { run(); }) {}
  /// Flushes what was requested before.
  ~BurstFlusher() {
    {
      const std::lock_guard lock(mutex_);
      stopped_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }
  BurstFlusher(const BurstFlusher&) = delete;
  BurstFlusher& operator=(const BurstFlusher&) = delete;

  void request() { ///< from any thread
    {
      const std::lock_guard lock(mutex_);
      if (std::exchange(requested_, true)) return;
    }
    changed_.notify_one();
  }

private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return requested_ || stopped_; });
      if (!requested_) return;
      changed_.wait_for(lock, delay, [this] { return stopped_; });
      requested_ = false;
      lock.unlock();
      flush_();
      lock.lock();
    }
  }

  std::function<void()> flush_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool requested_ = false, stopped_ = false;
  std::thread thread_; ///< last: it uses the others
};

} // namespace inferd
