#pragma once

#include <functional>
#include <memory>

namespace inferd::market {

/// Executor for file access, parsing and validation: runs tasks one at a time in posting order, never nested in another task.
class Worker {
public:
  using Task = std::function<void()>;
  virtual ~Worker() = default;
  /// Non-blocking. After `stop` tasks are dropped.
  virtual void post(Task) = 0;
  /// No other task runs after it returns. Idempotent.
  virtual void stop() = 0;
};

/// A dedicated thread. The queue is unbounded: callers bound their own posts.
std::shared_ptr<Worker> make_thread_worker();

/// Runs tasks on the posting thread, for single-threaded simulations: a post runs the queue unless called from a task.
std::shared_ptr<Worker> make_inline_worker();

} // namespace inferd::market
