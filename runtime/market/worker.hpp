#pragma once

#include <functional>
#include <memory>

namespace inferd::market {

/// Where a market reads files, parses and checks: one task at a time, in the order of the posts, never on the poster's
/// stack while another task runs.
class Worker {
public:
  using Task = std::function<void()>;
  virtual ~Worker() = default;
  /// Returns at once. After `stop` tasks are dropped.
  virtual void post(Task) = 0;
  /// No task runs once this has returned (but the one that called it). Idempotent.
  virtual void stop() = 0;
};

/// A thread of its own. The queue has no bound: whoever posts bounds what it has under way.
std::shared_ptr<Worker> make_thread_worker();

/// The poster's thread, for worlds that have only one: a post runs all there is, unless it comes from within a task.
std::shared_ptr<Worker> make_inline_worker();

} // namespace inferd::market
