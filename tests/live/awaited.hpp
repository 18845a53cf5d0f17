#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>

namespace inferd::test {

/// A queue of callback results. next() throws after 20 s, so that a test fails instead of hanging.
template <class T> class Awaited {
public:
  void put(T value) {
    const std::lock_guard lock(mutex_);
    values_.push_back(std::move(value));
    changed_.notify_all();
  }
  T next() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, std::chrono::seconds(20), [&] { return !values_.empty(); }))
      throw std::runtime_error("nothing came within 20 s");
    T value = std::move(values_.front());
    values_.pop_front();
    return value;
  }
  std::size_t waiting() const {
    const std::lock_guard lock(mutex_);
    return values_.size();
  }

private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<T> values_;
};

} // namespace inferd::test
